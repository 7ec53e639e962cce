/** What is printed, and whether targets were met. */
export class Report {
  met = true;

  line(text: string): void {
    console.log(text);
  }
  lines(texts: readonly string[]): void {
    for (const text of texts) this.line(text);
  }
  target(text: string, met: boolean): void {
    this.met &&= met;
    console.log(`${met ? 'met' : 'MISSED'}: ${text}`);
  }
}
