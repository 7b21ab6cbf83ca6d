import { expect, test } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';

/** A clock that only moves when told, and runs what is due on the way. */
function handClock() {
  let now = 0;
  let due: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(milliseconds: number, run: () => void) {
      const entry = { at: now + milliseconds, run };
      due.push(entry);
      return () => {
        due = due.filter((other) => other !== entry);
      };
    },
    /** Go forward in steps; `jump` arrives late, as after a sleep of the machine. */
    pass(milliseconds: number) {
      for (const end = now + milliseconds; now < end; ) {
        now += 10;
        this.jump(0);
      }
    },
    jump(milliseconds: number) {
      now += milliseconds;
      const ready = due.filter(({ at }) => at <= now);
      due = due.filter(({ at }) => at > now);
      for (const { run } of ready) run();
    },
  };
}

function beating(limit = 300) {
  const clock = handClock();
  const pings: number[] = [];
  const silences: number[] = [];
  const heartbeat = startHeartbeat({
    clock,
    everyMs: 50,
    limit: () => limit,
    ping: (id) => pings.push(id),
    onSilent: (milliseconds) => silences.push(milliseconds),
  });
  return { clock, pings, silences, heartbeat };
}

test('pings go on while there are answers', () => {
  const { clock, pings, silences, heartbeat } = beating();
  for (let round = 0; round < 20; round++) {
    clock.pass(100);
    heartbeat.heard();
  }
  expect(pings).toHaveLength(40);
  expect(silences).toEqual([]);
});

test('silence over the limit is told once, and ends the pings', () => {
  const { clock, pings, silences } = beating();
  clock.pass(2000);
  expect(silences).toEqual([350]);
  expect(pings).toHaveLength(6);
});

test('a machine that slept does not accuse the process; a silence after it does', () => {
  const { clock, silences } = beating();
  clock.pass(100);
  clock.jump(3_600_000);
  expect(silences).toEqual([]);
  clock.pass(500);
  expect(silences).toHaveLength(1);
});

test('nothing happens after stop', () => {
  const { clock, pings, silences, heartbeat } = beating();
  heartbeat.stop();
  clock.pass(2000);
  expect([...pings, ...silences]).toEqual([]);
});
