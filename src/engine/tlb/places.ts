/** Numbers below a bound, each at most once. */
export class Places {
  readonly list: Uint16Array;
  count = 0;
  private readonly isListed: Uint8Array;

  constructor(bound: number) {
    this.list = new Uint16Array(bound);
    this.isListed = new Uint8Array(bound);
  }

  add(place: number): void {
    if (this.isListed[place] !== 0) return;
    this.isListed[place] = 1;
    this.list[this.count] = place;
    this.count += 1;
  }
  clear(): void {
    for (let i = 0; i < this.count; i++) this.isListed[this.list[i]] = 0;
    this.count = 0;
  }
}
