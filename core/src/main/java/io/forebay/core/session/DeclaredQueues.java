package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.routing.Lane;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The queues that somebody declared: made, listed, looked into and deleted here. They are there,
/// with their cursor, from then on although nobody consumes.
///
/// Methods that take a lane are called on it and answer on it; the others on any thread.
public final class DeclaredQueues {
  private static final int MOST_QUEUES = 10_000;

  /// Messages counted for a list, at most.
  private static final int MOST_COUNTED = 10_000;

  /// How often a node looks for queues that others have made or deleted.
  private static final int LOOK_TICKS = 5;

  private final Queues queues;

  /// Names with `$queue/`; a name is little, so that SUBSCRIBE need not wait for the table.
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /// Being made, or deleted.
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  private volatile boolean loaded;

  private int ticks;

  /// A queue and how it does.
  ///
  /// @param name without `$queue/`
  /// @param pending messages that nobody has acknowledged, `more` if there are more than were
  ///   counted
  /// @param outstanding of these, those that were dealt out
  /// @param members connected consumers
  /// @param damage why what is kept of it cannot be read, so that nothing else is known; null if it
  ///   can
  public record Figures(
      String name,
      QueueSettings settings,
      int pending,
      boolean more,
      int outstanding,
      int members,
      long redelivered,
      long deadLettered,
      @Nullable String damage) {}

  /// A message that nobody has acknowledged.
  public record Pending(Stored stored, int redeliveries) {}

  DeclaredQueues(Queues queues) {
    this.queues = queues;
    if (!queues.alone()) {
      queues.everyTick(this::tick);
    }
  }

  private void tick() {
    if (++ticks % LOOK_TICKS != 0) {
      return;
    }
    Set<String> before = Set.copyOf(names);
    Set<String> there = new HashSet<>();
    queues.table().names(Queues.DECLARED, there::add, () -> found(before, there));
  }

  /// Other nodes make queues and delete them.
  private void found(Set<String> before, Set<String> there) {
    for (String name : there) {
      if (!busy.contains(name) && names.add(name)) {
        queues.countBacklog(name);
      }
    }
    for (String name : before) {
      if (!there.contains(name) && !busy.contains(name) && names.remove(name)) {
        queues.backlogs().end(name);
      }
    }
  }

  /// Finds those that are kept.
  void load() {
    queues
        .table()
        .names(
            Queues.DECLARED,
            name -> {
              names.add(name);
              queues.countBacklog(name);
            },
            () -> loaded = true);
  }

  /// A queue that would get messages of this topic and has as many as it may; null if there is
  /// none. Any thread.
  public @Nullable String fullFor(String topic) {
    String full = queues.backlogs().fullFor(topic);
    return full == null ? null : full.substring(Queues.DECLARED.length());
  }

  /// Whether somebody who asks for a queue of this name may be told yes: another node may have made
  /// it a moment ago.
  public boolean mayExist(String name) {
    return !queues.alone() || exists(name);
  }

  /// Whether there is a queue of this name. Before all are known, the answer is yes.
  public boolean exists(String name) {
    return !loaded || names.contains(Queues.DECLARED + name);
  }

  // ---------------------------------------------------------------- made and deleted

  /// Declares a queue; it gets what is published from now on.
  ///
  /// @param done gets null when it is kept, else words that say why it is not
  public void create(
      Lane lane,
      String name,
      QueueSettings settings,
      int maximumLevels,
      Consumer<@Nullable String> done) {
    String full;
    try {
      full = TopicFilter.queue(name).given();
      settings.check(maximumLevels);
    } catch (IllegalArgumentException e) {
      done.accept(String.valueOf(e.getMessage()));
      return;
    }
    if (names.size() >= MOST_QUEUES) {
      done.accept("there are " + MOST_QUEUES + " queues, which is as many as there may be");
    } else if (!loaded || names.contains(full) || !busy.add(full)) {
      done.accept(existsAlready(name));
    } else {
      queues.claim(full, lane, got -> claimed(lane, name, full, settings, got, done));
    }
  }

  private static String existsAlready(String name) {
    return "queue '" + name + "' exists already; delete it first to give it other settings";
  }

  /// Another node may have made it, or be about to.
  private void claimed(
      Lane lane,
      String name,
      String full,
      QueueSettings settings,
      boolean got,
      Consumer<@Nullable String> done) {
    if (queues.alone()) {
      begin(lane, full, settings, done);
    } else if (!got) {
      busy.remove(full);
      done.accept(existsAlready(name));
    } else {
      queues
          .table()
          .row(
              full,
              found ->
                  lane.execute(
                      () -> {
                        if (found.row() == null && found.damage() == null) {
                          begin(lane, full, settings, done);
                        } else {
                          queues.release(full);
                          busy.remove(full);
                          done.accept(existsAlready(name));
                        }
                      }));
    }
  }

  private void begin(
      Lane lane, String full, QueueSettings settings, Consumer<@Nullable String> done) {
    queues
        .backlogs()
        .begin(
            full, settings, start -> lane.execute(() -> keep(lane, full, settings, start, done)));
  }

  private void keep(
      Lane lane,
      String full,
      QueueSettings settings,
      long[] start,
      Consumer<@Nullable String> done) {
    Batch batch = lane.batch();
    batch.row(QueueTable.row(full, new QueueRow(settings, true, start, List.of(), 0, 0)));
    batch.afterwards(
        failure -> {
          if (failure == null) {
            names.add(full);
          } else {
            queues.backlogs().end(full);
          }
          queues.release(full);
          busy.remove(full);
          done.accept(failure == null ? null : failure.detail());
        });
  }

  /// Deletes a queue and how far it was; the messages are the log's and stay there.
  ///
  /// @param done as with [#create]
  public void delete(Lane lane, String name, Consumer<@Nullable String> done) {
    String full = Queues.DECLARED + name;
    if (!names.contains(full) || !busy.add(full)) {
      done.accept(unknown(name));
      return;
    }
    names.remove(full);
    long owner = queues.branches().owner(full);
    if (owner != Branches.HERE) {
      queues
          .branches()
          .ask(
              lane,
              owner,
              full,
              true,
              said -> deleted(full, said == null ? Queues.MOVED : said.problem(), done));
      return;
    }
    queues.visit(
        lane,
        full,
        new Queue.Visitor() {
          @Override
          public void enter(Queue queue) {
            queue.delete(this::gone);
          }

          @Override
          public void again() {
            lane.execute(() -> queues.visit(lane, full, this));
          }

          @Override
          public void refused(@Nullable String damage) {
            if (damage == null) {
              gone(null);
            } else {
              lane.execute(() -> queues.forgetDamaged(lane, full, this::gone));
            }
          }

          @Override
          public void elsewhere() {
            lane.execute(() -> deleted(full, Queues.MOVED, done));
          }

          private void gone(@Nullable EngineFailure failure) {
            lane.execute(() -> deleted(full, failure == null ? null : failure.detail(), done));
          }
        });
  }

  /// @param problem null if it is deleted
  private void deleted(String full, @Nullable String problem, Consumer<@Nullable String> done) {
    if (problem == null) {
      queues.backlogs().end(full);
    } else {
      names.add(full);
    }
    busy.remove(full);
    done.accept(problem);
  }

  /// Who is told in words, once per queue or group, that what is kept of it cannot be read.
  public void whenDamaged(Consumer<String> tell) {
    queues.whenDamaged(tell);
  }

  /// In words.
  public static String unknown(String name) {
    return "no such queue: '" + name + "'; create it with: forebay queue create";
  }

  // ---------------------------------------------------------------- looked at

  /// Gives all queues by name.
  public void list(Lane lane, Consumer<List<Figures>> answer) {
    list(lane, new ArrayList<>(new TreeSet<>(names)), 0, new ArrayList<>(), answer);
  }

  private void list(
      Lane lane, List<String> all, int i, List<Figures> found, Consumer<List<Figures>> answer) {
    if (i == all.size()) {
      answer.accept(found);
      return;
    }
    String full = all.get(i);
    queues.describe(
        lane,
        full,
        (row, members, damage) -> {
          if (row == null) {
            if (damage != null) {
              found.add(damaged(full, damage));
            }
            list(lane, all, i + 1, found, answer);
            return;
          }
          QueueReader.counting(
                  queues.log(),
                  lane,
                  row,
                  MOST_COUNTED,
                  pending -> {
                    found.add(figures(full, row, members, (int) pending));
                    list(lane, all, i + 1, found, answer);
                  })
              .read();
        });
  }

  private static Figures figures(String full, QueueRow row, int members, int pending) {
    return new Figures(
        full.substring(Queues.DECLARED.length()),
        row.settings(),
        pending,
        pending >= MOST_COUNTED,
        row.outstanding().size(),
        members,
        row.redelivered(),
        row.deadLettered(),
        null);
  }

  private static Figures damaged(String full, String damage) {
    QueueSettings unknown =
        new QueueSettings(List.of(), QueueSettings.UNLIMITED, null, 0, false, null);
    return new Figures(
        full.substring(Queues.DECLARED.length()), unknown, 0, false, 0, 0, 0, 0, damage);
  }

  /// Gives the first messages that nobody has acknowledged, and takes none.
  ///
  /// @param refused gets words that say why there is nothing to see
  public void peek(
      Lane lane,
      String name,
      int maximum,
      Consumer<List<Pending>> answer,
      Consumer<String> refused) {
    queues.describe(
        lane,
        Queues.DECLARED + name,
        (row, members, damage) -> {
          if (row != null) {
            QueueReader.first(queues.log(), lane, row, maximum, answer).read();
          } else if (damage != null) {
            refused.accept("what is kept of queue '" + name + "' cannot be read: " + damage);
          } else {
            refused.accept(unknown(name));
          }
        });
  }
}
