/** The path of an offered file in the whole library, once its name and size have been checked. */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { CreateTaskRequest } from '../../src/shared/protocol/wire.ts'
import { safePath } from '../storage/safe-path.ts'
import type { Uploads } from './context.ts'

/** @throws UploadError `name-invalid`, `file-too-large` */
export function offeredPath(
  { library, limits }: Uploads,
  { relativePath, fileName, fileSize }: Pick<CreateTaskRequest, 'relativePath' | 'fileName' | 'fileSize'>,
): string {
  const givenPath = relativePath ?? fileName
  if (safePath(givenPath).at(-1) !== fileName) {
    throw new UploadError(
      'name-invalid',
      'relativePath must end with fileName. Send the full path of the file.',
    )
  }
  if (fileSize > limits.maxFileSize) {
    const message = `The file has ${fileSize} bytes; this server accepts at most ${limits.maxFileSize}.`
    throw new UploadError('file-too-large', message)
  }
  return library.toServerPath(givenPath)
}
