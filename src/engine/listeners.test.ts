import { expect, it } from 'vitest';
import { Listeners } from './listeners.js';

const listening = () => {
  const listeners = new Listeners<(value: number) => void>();
  const tell = (value: number): void => {
    for (const hear of listeners.all) hear(value);
  };
  return { listeners, tell };
};

it('tells all of them, in the order in which they came', () => {
  const { listeners, tell } = listening();
  const heard: string[] = [];
  listeners.add((value) => heard.push(`first ${value}`));
  listeners.add((value) => heard.push(`second ${value}`));
  tell(1);
  expect(heard).toEqual(['first 1', 'second 1']);
});

it('tells one that was added twice twice, until each time has been taken back', () => {
  const { listeners, tell } = listening();
  const heard: number[] = [];
  const hear = (value: number): void => void heard.push(value);
  const [stop, stopAgain] = [listeners.add(hear), listeners.add(hear)];
  tell(1);
  stop();
  stop();
  tell(2);
  stopAgain();
  tell(3);
  expect(heard).toEqual([1, 1, 2]);
});

it('goes on with those it began with when one of them leaves or comes', () => {
  const { listeners, tell } = listening();
  const heard: string[] = [];
  const stop = listeners.add(() => {
    heard.push('leaves');
    stop();
    listeners.add(() => heard.push('comes'));
  });
  listeners.add(() => heard.push('stays'));
  tell(1);
  tell(2);
  expect(heard).toEqual(['leaves', 'stays', 'stays', 'comes']);
});
