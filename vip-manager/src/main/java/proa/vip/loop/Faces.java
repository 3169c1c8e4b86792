package proa.vip.loop;

import proa.config.CarrierConfig;
import proa.vip.linux.Interfaces;
import proa.vip.linux.Macvlan;
import proa.vip.packet.MacAddress;

import java.io.IOException;
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

    private Map<Integer, Interfaces.Interface> faces(Ground ground) throws IOException {
        int vrid = ground.group().vrid();
        byte[] mac = MacAddress.ofVirtualRouter(vrid).toBytes();
        Map<Integer, Interfaces.Interface> faces = new HashMap<>();
        for (Ground.Place place : ground.places()) {
            if (!faces.containsKey(place.device().index())) {
                Macvlan face = Macvlan.open(place.device(), mac, vrid);
                made.add(face);
                faces.put(place.device().index(), face.asInterface());
            }
        }
        return faces;
    }

    @Override
    public void close() {
        made.forEach(Macvlan::close);
    }
}
