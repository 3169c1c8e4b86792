package proa.vip.loop;

import proa.config.CarrierConfig;
import proa.vip.linux.Interfaces;
import proa.vip.linux.Macvlan;
import proa.vip.packet.MacAddress;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The interfaces with virtual MAC addresses of all groups that want one. Used by one thread. */
final class Faces implements AutoCloseable {

    private final List<Macvlan> made = new ArrayList<>();

    /**
     * Makes one on each interface of each such group, and has the group's addresses answered for
     * there.
     *
     * @param grounds by group; replaced in it
     */
    void open(Map<String, Ground> grounds) throws IOException {
        for (Map.Entry<String, Ground> entry : grounds.entrySet()) {
            Ground ground = entry.getValue();
            if (ground.group().carrier() instanceof CarrierConfig.VirtualMac) {
                entry.setValue(ground.facing(faces(ground)));
            }
        }
    }

    private Map<Ground.Place, Interfaces.Interface> faces(Ground ground) throws IOException {
        Map<Ground.Place, Interfaces.Interface> faces = new HashMap<>();
        for (boolean six : new boolean[] {false, true}) {
            Map<Integer, Interfaces.Interface> byDevice = new HashMap<>();
            for (Ground.Place place :
                    ground.places(six ? Inet6Address.class : Inet4Address.class)) {
                Interfaces.Interface face = byDevice.get(place.device().index());
                if (face == null) {
                    face = make(place.device(), ground.group().vrid(), six);
                    byDevice.put(place.device().index(), face);
                }
                faces.put(place, face);
            }
        }
        return faces;
    }

    private Interfaces.Interface make(Interfaces.Interface device, int vrid, boolean six)
            throws IOException {
        byte[] mac = MacAddress.ofVirtualRouter(vrid, six).toBytes();
        Macvlan face = six ? Macvlan.six(device, mac, vrid) : Macvlan.four(device, mac, vrid);
        made.add(face);
        return face.asInterface();
    }

    @Override
    public void close() {
        made.forEach(Macvlan::close);
    }
}
