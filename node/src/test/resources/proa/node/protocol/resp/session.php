<?php
// A session of PHP's own handler of php-redis, with its lock: each request adds one, slowly.
session_id('phpsession');
for ($request = 0; $request < (int) $argv[1]; $request++) {
    if (!@session_start()) {
        fwrite(STDERR, "no session\n");
        exit(1);
    }
    $before = $_SESSION['count'] ?? 0;
    usleep(2000);
    $_SESSION['count'] = $before + 1;
    session_write_close();
}
session_start(['read_and_close' => true]);
echo $_SESSION['count'], "\n";
