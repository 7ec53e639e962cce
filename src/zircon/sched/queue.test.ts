import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { Queue, type Queued } from './queue.js';

/** How often anybody has been given a place: each time is a step of the queue's work. */
let steps = 0;

class Person implements Queued {
  private place = -1;

  constructor(readonly name: number) {}

  get queuePlace(): number {
    return this.place;
  }
  set queuePlace(place: number) {
    steps += 1;
    this.place = place;
  }
}
class People extends Queue<Person> {}

describe('a queue', () => {
  it('does what a list does', () => {
    const random = new Random(7n);
    const queue = new People();
    const other = new People();
    let list: Person[] = [];
    for (let i = 0; i < 20_000; i++) {
      const act = random.below(100);
      const person = new Person(i);
      // It grows for a while, then shrinks.
      if (act < (i % 4000 < 2000 ? 50 : 20)) {
        queue.push(person);
        list.push(person);
      } else if (act < (i % 4000 < 2000 ? 60 : 25)) {
        queue.pushFirst(person);
        list.unshift(person);
      } else if (act < 70) {
        expect(queue.shift()).toBe(list.shift());
      } else if (list.length > 0) {
        const gone = list[random.below(list.length)];
        expect(other.remove(gone)).toBe(false);
        expect(queue.remove(gone)).toBe(true);
        expect(queue.remove(gone)).toBe(false);
        list = list.filter((each) => each !== gone);
      }
      expect(queue.first).toBe(list.at(0));
      expect(queue.size).toBe(list.length);
      if (i % 100 === 0) expect([...queue]).toEqual(list);
    }
    queue.clear();
    expect([...queue]).toEqual([]);
  });

  it.each([100, 100_000])('of %i takes as many steps for each', (size) => {
    const queue = new People();
    const people = Array.from({ length: size }, (_, i) => new Person(i));
    steps = 0;
    for (const person of people) queue.push(person);
    for (let i = 0; i < size; i += 3) queue.remove(people[i]);
    for (let i = 0; i < size / 10; i++) queue.pushFirst(new Person(-i));
    while (queue.shift() !== undefined);
    expect(steps / size).toBeLessThan(5);
  });
});
