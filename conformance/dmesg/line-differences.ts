/** Two lists of lines against each other. */
export interface LineDifferences {
  readonly here: readonly string[];
  readonly qemu: readonly string[];
  /** Lines that both have, in different places. */
  readonly moved: readonly string[];
}

/** What is left of two lists without a longest common subsequence. */
export function lineDifferences(here: readonly string[], qemu: readonly string[]): LineDifferences {
  const { left, right } = withoutCommon(here, qemu);
  const moved: string[] = [];
  for (const line of left) {
    const partner = right.indexOf(line);
    if (partner < 0) continue;
    right.splice(partner, 1);
    moved.push(line);
  }
  const stays = [...moved];
  const onlyHere = left.filter((line) => {
    const at = stays.indexOf(line);
    if (at >= 0) stays.splice(at, 1);
    return at < 0;
  });
  return { here: onlyHere, qemu: right, moved };
}

function withoutCommon(a: readonly string[], b: readonly string[]): { left: string[]; right: string[] } {
  const lengths = commonLengths(a, b);
  const left: string[] = [];
  const right: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) [i, j] = [i + 1, j + 1];
    else if (j === b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) left.push(a[i++]);
    else right.push(b[j++]);
  }
  return { left, right };
}

/** `[i][j]`: length of a longest common subsequence of what begins at `a[i]` and `b[j]`. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i][j] =
        a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}
