import { RunClock } from '../../workflows/run/run-clock';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (ms: number): void => {
  jest.setSystemTime(Date.now() + ms);
};

it('runs down to 0 and not below', () => {
  const clock = new RunClock(Date.now(), 500);
  expect(clock.leftMs()).toBe(500);
  pass(200);
  expect(clock.leftMs()).toBe(300);
  pass(1_000);
  expect(clock.leftMs()).toBe(0);
});

it('stands still while the run waits, and says for how long', () => {
  const clock = new RunClock(Date.now(), 500);
  pass(100);
  clock.stop();
  pass(10_000);
  expect(clock.leftMs()).toBe(400);
  expect(clock.stoppedForMs).toBe(10_000);
  clock.start();
  pass(100);
  expect(clock.leftMs()).toBe(300);
  expect(clock.stoppedForMs).toBe(10_000);
});

it('goes on only when the last of several waits has ended; overlapping waits count once', () => {
  const clock = new RunClock(Date.now(), 500);
  clock.stop();
  pass(1_000);
  clock.stop();
  pass(1_000);
  clock.start();
  pass(1_000);
  expect(clock.leftMs()).toBe(500);
  clock.start();
  pass(50);
  expect(clock.leftMs()).toBe(450);
  expect(clock.stoppedForMs).toBe(3_000);
});

it('a wait in which the time would have run out leaves what was left before it', () => {
  const clock = new RunClock(Date.now(), 500);
  pass(499);
  clock.stop();
  pass(86_400_000);
  clock.start();
  expect(clock.leftMs()).toBe(1);
});

it('takes up a run that went on in another: time stood still before counts', () => {
  const clock = new RunClock(Date.now() - 5_000, 1_000, 4_600);
  expect(clock.leftMs()).toBe(600);
  clock.limitTo(2_000, 4_600);
  expect(clock.leftMs()).toBe(1_600);
});
