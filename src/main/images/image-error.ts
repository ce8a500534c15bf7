/** Why no copy is made of an image, thrown wherever in the image worker that shows. */
import type { ImageProblem } from '../../shared/preparation.ts'

export class ImageError extends Error {
  readonly problem: ImageProblem

  constructor(problem: ImageProblem, message: string) {
    super(message)
    this.problem = problem
  }
}

/** 16,383 by 16,383, more than any camera takes. */
export const maxPixels = 0x3fff ** 2
