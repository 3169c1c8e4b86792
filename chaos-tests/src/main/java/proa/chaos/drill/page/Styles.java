package proa.chaos.drill.page;

/** The page's head: it needs nothing from elsewhere, and allows nothing. */
final class Styles {

    static final String HEAD =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Failover drills of Proa</title>
            <style>
            :root { --ink: #1c2430; --paper: #fff; --soft: #667; --line: #dde2e8; --good: #2f8f54; --bad: #c8443c;
                    --doubt: #b57a12; --fault: #f6d9d6; --blue: #3c6fb0 }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --paper: #161b22; --soft: #9aa4b2; --line: #333c48;
                    --good: #57c785; --bad: #ff7b72; --doubt: #e3b341; --fault: #4a2524; --blue: #79b0ff } }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 1.5em auto; padding: 0 1em;
                   color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
            h1 { margin-bottom: .2em } h2 { margin-top: 2em; border-top: 2px solid var(--line); padding-top: .6em }
            table { border-collapse: collapse; margin: .6em 0; font-variant-numeric: tabular-nums; font-size: 14px }
            th, td { padding: .2em .6em; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top }
            td.n, th.n { text-align: right; white-space: nowrap }
            .wide { overflow-x: auto } .wide, th { overflow-wrap: normal }
            .pass { color: var(--good); font-weight: 600 } .fail { color: var(--bad); font-weight: 700 }
            .unknown, .aborted { color: var(--doubt); font-weight: 600 } .not-applicable { color: var(--soft) }
            .soft { color: var(--soft) }
            svg { width: 100%; min-width: 560px; height: auto; font: 12px system-ui, sans-serif }
            svg text { fill: var(--soft) } .band { fill: var(--fault) } .grid { stroke: var(--line) }
            .slow { fill: none; stroke: var(--blue); stroke-width: 1.2; opacity: .6 } .half { fill: none; stroke: var(--blue); stroke-width: 2 }
            .failed { fill: var(--bad) } .silent { fill: var(--doubt) } .mark { stroke: var(--soft); stroke-dasharray: 2 3 }
            .here { fill: var(--blue) } .there { fill: var(--soft) }
            .certificate { border: 2px solid var(--ink); padding: 1em 1.5em; margin-top: 3em }
            @media print {
              :root { --ink: #000; --paper: #fff; --soft: #444; --line: #bbb; --good: #1d6b3a; --bad: #a3231b; --doubt: #7a5106; --fault: #eee }
              body { max-width: none; margin: 0; font-size: 11px } table { font-size: 10px }
              .wide { overflow: visible } svg { min-width: 0 } tr, svg, .certificate { break-inside: avoid }
              .certificate { break-before: page } h2 { break-after: avoid }
            }
            </style>
            """;

    private Styles() {}
}
