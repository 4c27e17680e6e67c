package io.forebay.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CrewTest {
  private static final int WINDOW = 3;

  private final SlowEngine engine = new SlowEngine();
  private final Router router = new Router(engine, List.of(Runnable::run));
  private final Lane lane = router.lanes().getFirst();
  private final Sessions sessions = new Sessions(engine, router, () -> 0, 10, Long.MAX_VALUE);
  private final Queue queue = new Queue(sessions.queues(), "$share/g/a", lane);
  private final Crew crew = new Crew(false);
  private int numbers;

  private Session session(int windowSize) {
    Opening opening = new Opening("c" + numbers++, true, 0, windowSize, null);
    return new Session(sessions, lane, opening, new Nobody());
  }

  private Queue.Member member(Session session, int number) {
    return new Queue.Member(
        queue, new Taker.Local(session), Grant.of(Qos.AT_LEAST_ONCE, false, false, 0), number);
  }

  private Queue.Member member() {
    return member(session(WINDOW), 1);
  }

  private static Queue.Member added(Crew crew, Queue.Member member) {
    assertThat(crew.add(member)).isNull();
    return member;
  }

  /// Deals out so many and says to whom.
  private static List<Queue.@Nullable Member> deal(Crew crew, int count) {
    List<Queue.@Nullable Member> to = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Queue.Member next = crew.next();
      to.add(next);
      if (next != null) {
        crew.load(next, 1);
      }
    }
    return to;
  }

  @Test
  void nobodyIsNextWhereNobodyIs() {
    assertThat(crew.isEmpty()).isTrue();
    assertThat(crew.room()).isZero();
    assertThat(crew.next()).isNull();
    assertThat(crew.remove(member())).isNull();
  }

  @Test
  void theyTakeTurnsUntilTheirWindowsAreFull() {
    Queue.Member a = added(crew, member());
    Queue.Member b = added(crew, member());
    assertThat(crew.room()).isEqualTo(2 * WINDOW);
    assertThat(deal(crew, 7)).containsExactly(a, b, a, b, a, b, null);
    assertThat(crew.room()).isZero();
  }

  @Test
  void whoHasLeastIsNext() {
    Queue.Member a = added(crew, member());
    Queue.Member b = added(crew, member());
    Queue.Member c = added(crew, member());
    deal(crew, 9);
    crew.load(b, -1);
    crew.load(b, -1);
    crew.load(c, -1);
    assertThat(crew.room()).isEqualTo(3);
    assertThat(deal(crew, 4)).containsExactly(b, c, b, null);
    assertThat(crew.hasRoom(a)).isFalse();
  }

  @Test
  void oneHoldsAtMostSoMany() {
    Queue.Member a = added(crew, member(session(10_000), 1));
    assertThat(crew.room()).isEqualTo(Queue.MAXIMUM_LEASES);
    assertThat(deal(crew, Queue.MAXIMUM_LEASES)).containsOnly(a);
    assertThat(crew.next()).isNull();
  }

  @Test
  void whoIsPausedIsLeftOut() {
    Queue.Member a = added(crew, member());
    Queue.Member b = added(crew, member());
    crew.pause(a, true);
    assertThat(deal(crew, 4)).containsExactly(b, b, b, null);
    crew.pause(a, false);
    assertThat(deal(crew, 1)).containsExactly(a);
  }

  @Test
  void whoWentGetsNothingAlsoIfItsLeasesComeBackLater() {
    Queue.Member a = added(crew, member());
    Queue.Member b = added(crew, member());
    deal(crew, 2);
    assertThat(crew.remove(a)).isSameAs(a);
    crew.load(a, -1);
    crew.pause(a, false);
    assertThat(crew.hasRoom(a)).isFalse();
    assertThat(crew.size()).isEqualTo(1);
    assertThat(deal(crew, 3)).containsExactly(b, b, null);
  }

  @Test
  void ofTwoMembershipsOfASessionTheLaterCountsWhicheverComesFirst() {
    Session session = session(WINDOW);
    Queue.Member first = added(crew, member(session, 1));
    Queue.Member second = member(session, 2);
    assertThat(crew.add(second)).isSameAs(first);
    assertThat(crew.add(first)).isNull();
    assertThat(crew.remove(first)).isNull();
    assertThat(crew.size()).isEqualTo(1);
    assertThat(crew.room()).isEqualTo(WINDOW);
    assertThat(crew.next()).isSameAs(second);
    assertThat(crew.remove(member(session, 3))).isSameAs(second);
    assertThat(crew.isEmpty()).isTrue();
  }

  // ---------------------------------------------------------------- exclusive

  @Test
  void whereOneIsExclusiveTheOthersWait() {
    Crew exclusive = new Crew(true);
    Queue.Member a = added(exclusive, member());
    Queue.Member b = added(exclusive, member());
    Queue.Member c = added(exclusive, member());
    assertThat(exclusive.room()).isEqualTo(WINDOW);
    assertThat(deal(exclusive, 4)).containsExactly(a, a, a, null);
    exclusive.remove(b);
    assertThat(exclusive.next()).isNull();
    exclusive.remove(a);
    assertThat(exclusive.next()).isSameAs(c);
  }

  @Test
  void anExclusiveMemberThatComesAgainStaysTheFirst() {
    Crew exclusive = new Crew(true);
    Session session = session(WINDOW);
    Queue.Member a = added(exclusive, member(session, 1));
    added(exclusive, member());
    Queue.Member again = member(session, 2);
    assertThat(exclusive.add(again)).isSameAs(a);
    assertThat(exclusive.next()).isSameAs(again);
    assertThat(exclusive.room()).isEqualTo(WINDOW);
  }

  // ---------------------------------------------------------------- all of it

  @Test
  void whateverHappensWhoIsNextHasLeastOfThoseThatHaveRoom() {
    Random dice = new Random(1);
    List<Queue.Member> members = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      Queue.Member any = members.isEmpty() ? null : members.get(dice.nextInt(members.size()));
      switch (dice.nextInt(8)) {
        case 0 -> members.add(added(crew, member(session(1 + dice.nextInt(9)), 1)));
        case 1 -> {
          if (any != null) {
            assertThat(crew.remove(any)).isSameAs(any);
            members.remove(any);
          }
        }
        case 2 -> {
          if (any != null) {
            crew.pause(any, dice.nextBoolean());
          }
        }
        case 3, 4 -> {
          if (any != null && any.leases > 0) {
            crew.load(any, -1);
          }
        }
        default -> deal(crew, 1);
      }
      List<Queue.Member> ready =
          members.stream()
              .filter(each -> !each.paused && each.leases < each.maximumLeases)
              .toList();
      assertThat(crew.room())
          .isEqualTo(ready.stream().mapToInt(each -> each.maximumLeases - each.leases).sum());
      Queue.Member next = crew.next();
      Queue.Member least =
          ready.stream().min(Comparator.comparingInt(each -> each.leases)).orElse(null);
      assertThat(next == null ? -1 : next.leases).isEqualTo(least == null ? -1 : least.leases);
    }
  }
}
