/** English: why an original was sent although a preset was chosen; empty where nobody would expect a copy. */
import type { KeptReason } from '../../shared/preparation.ts'

export const kept: Readonly<Record<KeptReason, string>> = {
  raw: 'RAW file: the original is sent as it is',
  video: '',
  'no-photo': '',
  heic: 'HEIC cannot be converted: the original is sent',
  mislabelled: 'Its content is not what its name says: the original is sent',
  'would-be-larger': 'A copy would be larger: the original is sent',
  damaged: 'No copy can be made of it, it may be damaged: the original is sent',
  'several-images': 'It holds several pictures: the original is sent',
  'too-many-pixels': 'It has too many pixels for a copy: the original is sent',
  'timed-out': 'Making a copy took too long: the original is sent',
  'out-of-memory': 'Making a copy took too much memory: the original is sent',
  crashed: 'The converter ended unexpectedly: the original is sent',
}
