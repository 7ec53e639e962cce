/** What a machine shows on a screen. */

export interface Picture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Row by row from the top, four bytes a pixel: red, green, blue, and 255, as in the browser's `ImageData`. */
  readonly pixels: Uint8ClampedArray;
}

export interface Display {
  /** What is to be seen at present. Looking changes nothing. */
  picture(): Picture;
}
