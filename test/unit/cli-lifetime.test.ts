import { setTimeout as sleep } from 'node:timers/promises';

import { Interrupted, Lifetime } from '../../cli/lifetime';

describe('the lifetime of a command', () => {
  test('ends what it opened, the latest first', async () => {
    const lifetime = new Lifetime();
    const ended: string[] = [];
    for (const name of ['server', 'client', 'worker']) {
      await lifetime.acquire(
        name,
        () => Promise.resolve(name),
        (one) => Promise.resolve(void ended.push(one)),
      );
    }
    await lifetime.end();
    expect(ended).toEqual(['worker', 'client', 'server']);
  });

  test('an interruption in the middle of opening still closes what was opened in the end', async () => {
    const lifetime = new Lifetime();
    const ended: string[] = [];
    const opening = lifetime.acquire(
      'server',
      () => sleep(50, 'server'),
      (one) => Promise.resolve(void ended.push(one)),
    );
    lifetime.interrupt('SIGINT');
    await expect(opening).rejects.toBeInstanceOf(Interrupted);
    await lifetime.end();
    expect(ended).toEqual(['server']);
  });

  test('nothing new is opened after an interruption', async () => {
    const lifetime = new Lifetime();
    lifetime.interrupt('SIGTERM');
    const open = jest.fn(() => Promise.resolve(1));
    expect(() => lifetime.acquire('late', open, () => Promise.resolve())).toThrow(Interrupted);
    expect(open).not.toHaveBeenCalled();
    await lifetime.end();
  });

  test('what does not end in time is named, and the rest ends all the same', async () => {
    const told: string[] = [];
    const lifetime = new Lifetime((text) => told.push(text));
    const ended: string[] = [];
    await lifetime.acquire(
      'server',
      () => Promise.resolve(1),
      () => Promise.resolve(void ended.push('server')),
    );
    await lifetime.acquire(
      'stuck',
      () => Promise.resolve(1),
      () => new Promise(() => undefined),
      30,
    );
    await lifetime.acquire(
      'broken',
      () => Promise.resolve(1),
      () => Promise.reject(new Error('no')),
      30,
    );
    await lifetime.end();
    expect(ended).toEqual(['server']);
    expect(told).toEqual(['broken: no', 'stuck did not end within 0.03 s.']);
  });

  test('one key press that arrives twice, from the terminal and from npm, is one', () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const lifetime = new Lifetime();
    lifetime.interrupt('SIGINT');
    lifetime.interrupt('SIGINT');
    expect(exit).not.toHaveBeenCalled();
    exit.mockRestore();
  });

  test('a second key press leaves at once', async () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const lifetime = new Lifetime();
    lifetime.interrupt('SIGINT');
    await sleep(450);
    lifetime.interrupt('SIGINT');
    expect(exit).toHaveBeenCalledWith(130);
    exit.mockRestore();
  });
});
