/** The error for a photo of which no copy can be made, and the limit on pixels that all decoders share. */
import type { ImageProblem } from '../../shared/preparation.ts'

/** Thrown anywhere in a worker process; `problem` is what the user is told, `message` is for the log. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
  readonly problem: ImageProblem

  constructor(problem: ImageProblem, message: string) {
    super(message)
    this.problem = problem
  }
}

/** 16,383 by 16,383 pixels, more than any camera takes. */
export const maxPixels = 0x3fff ** 2
