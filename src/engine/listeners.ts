/**
 * Those who hear of something, any number of them, none of whom knows of the others. Whoever tells them loops over
 * `all`, which costs a look at an empty list while nobody listens.
 */
export class Listeners<Listener> {
  /** In the order in which they came. Each change makes another list, so a loop goes on over those it began with. */
  all: readonly Listener[] = [];

  /** One more. Call the result to hear no more. */
  add(listener: Listener): () => void {
    this.all = [...this.all, listener];
    let listens = true;
    return () => {
      if (!listens) return;
      listens = false;
      const at = this.all.indexOf(listener);
      this.all = this.all.filter((_, i) => i !== at);
    };
  }
}
