package proa.chaos.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;

/** The fences of the house, each a rule that the build checks. */
final class HouseRules {
    private final Rooms rooms;

    HouseRules(Rooms rooms) {
        this.rooms = rooms;
    }

    ArchRule everyPackageSaysWhatItIs() {
        return ArchRuleDefinition.classes()
                .should(beInARoom())
                .because("the first line of package-info.java says R (rules) or C (carriers)");
    }

    ArchRule rulesKnowOnlyValues() {
        return rules().should(knowOnlyValues())
                .because("rules are pure; sockets, threads, files and libraries are for carriers");
    }

    ArchRule rulesAskNoClock() {
        return rules().should(callNothingForbidden())
                .because("now, chance and locale come in as arguments, names are resolved outside");
    }

    ArchRule rulesDoNotSynchronize() {
        return noMethods()
                .that()
                .areDeclaredInClassesThat(rooms.rules())
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .because("a carrier guards the state it owns")
                .allowEmptyShould(true);
    }

    ArchRule onlyTextParsesHocon() {
        return onlyIn(rooms.named("config.text"), "com.typesafe.config..");
    }

    ArchRule onlyTlsMakesCertificates() {
        return onlyIn(rooms.named("config.tls"), "org.bouncycastle..");
    }

    ArchRule onlyTheTransportKnowsJgroups() {
        return onlyIn(rooms.named("cluster.transport"), "org.jgroups..");
    }

    ArchRule onlyTheEngineKnowsHazelcast() {
        return onlyIn(rooms.named("cluster.engine"), "com.hazelcast..");
    }

    ArchRule onlyANamedFewCallNativeCode() {
        return onlyIn(
                rooms.named("vip.linux", "node.early", "chaos.kernel"), "java.lang.foreign..");
    }

    ArchRule onlyTheNodesCarriersKnowNetty() {
        return onlyIn(rooms.carriersUnder("node").or(rooms.under("chaos")), "io.netty..");
    }

    ArchRule theNodeDoesNotKnowVipd() {
        return unknownTo("node", "vip");
    }

    ArchRule vipdKnowsNeitherNodeNorCluster() {
        return unknownTo("vip", "node", "cluster");
    }

    ArchRule configKnowsNobody() {
        return unknownTo("config", "cluster", "vip", "node", "chaos");
    }

    ArchRule theClusterKnowsOnlyConfig() {
        return unknownTo("cluster", "vip", "node", "chaos");
    }

    private GivenClassesConjunction rules() {
        return ArchRuleDefinition.classes().that(rooms.rules());
    }

    private ArchRule onlyIn(DescribedPredicate<JavaClass> those, String... packages) {
        return noClasses()
                .that(not(those))
                .should()
                .dependOnClassesThat(resideInAnyPackage(packages))
                .allowEmptyShould(true);
    }

    private ArchRule unknownTo(String module, String... others) {
        return noClasses()
                .that(rooms.under(module))
                .should()
                .dependOnClassesThat(rooms.under(others))
                .allowEmptyShould(true);
    }

    private ArchCondition<JavaClass> beInARoom() {
        return new ArchCondition<>("be in a room for rules or for carriers") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (rooms.silent().test(type)) {
                    violation(events, type, type.getName() + ": neither R nor C");
                }
            }
        };
    }

    private ArchCondition<JavaClass> knowOnlyValues() {
        return new ArchCondition<>("know only values and other rules") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String room = rooms.room(type);
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (!rooms.rules().test(target) && !AllowedInRules.allows(room, target)) {
                        violation(events, type, dependency.getDescription());
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> callNothingForbidden() {
        return new ArchCondition<>("call nothing that depends on the machine or the moment") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (ForbiddenInRules.forbids(access.getTarget())) {
                        violation(events, type, access.getDescription());
                    }
                }
            }
        };
    }

    private static void violation(ConditionEvents events, JavaClass type, String description) {
        events.add(SimpleConditionEvent.violated(type, description));
    }
}
