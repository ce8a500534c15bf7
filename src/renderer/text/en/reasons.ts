/** English: what a person can do about each kind of error, and why an original was sent although a preset was chosen. */

import type { KeptReason } from '../../../shared/preparation.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'

export const reasons = {
  /** Empty where the error's own sentence says what to do. */
  advice: {
    'source-missing': '',
    'source-unreadable': '',
    'source-not-a-file': '',
    'source-changed': 'Let the program that writes it finish, then press Retry.',
    'source-too-large': '',
    'not-convertible': '',
    'server-unreachable': 'It goes on by itself when the server is back.',
    'connection-lost': 'Press Retry once the network is steady again.',
    'connection-stalled': 'Press Retry once the network is steady again.',
    'tls-untrusted': 'Check the server address in Settings.',
    'not-photoferry': '',
    'bad-request': 'Check that server and app are of the same version.',
    unauthorized: 'Enter the current access token in Settings, then press Retry.',
    forbidden: 'Ask whoever runs the server for access, then press Retry.',
    'not-found': 'Check the server address in Settings.',
    'task-gone': 'Press Retry to send it anew.',
    'name-invalid': '',
    'length-required': 'A proxy on the way may be at fault: ask whoever runs the server.',
    'file-too-large': 'Ask whoever runs the server to raise its limit.',
    'chunk-invalid': 'Press Retry to send it anew.',
    'chunk-corrupted': 'Press Retry; if it comes back, check the network hardware.',
    'chunk-conflict': 'Press Retry to send it anew.',
    'chunks-missing': 'Press Retry: only the missing parts are sent.',
    'task-busy': 'Another program sends the same file: press Retry in a while.',
    'digest-mismatch': 'Nothing wrong was stored. Press Retry to send it anew.',
    'too-many-requests': 'Press Retry in a while.',
    'request-timeout': 'Press Retry once the network is steady again.',
    'storage-full': 'It goes on by itself when the server has room again.',
    'storage-failed': 'Ask whoever runs the server to look at its disk, then press Retry.',
    'server-closing': 'Press Retry once the server is back.',
    'server-error': 'Press Retry; if it comes back, ask whoever runs the server.',
    'disk-full': '',
    'journal-damaged': '',
    'state-in-use': 'Close the other PhotoFerry first.',
    internal: 'Press Retry; if it comes back, please report it.',
  },

  /** Empty where nobody would expect a copy. */
  kept: {
    raw: 'RAW file: the original is sent as it is',
    video: '',
    'no-photo': '',
    'left-alone': 'Left as it is by the preset',
    mislabelled: 'Its content is not what its name says: the original is sent',
    'would-be-larger': 'A copy would be larger: the original is sent',
    damaged: 'No copy can be made of it, it may be damaged: the original is sent',
    hdr: 'HDR photo: the original is sent',
    'several-images': 'It holds several pictures: the original is sent',
    'too-many-pixels': 'It has too many pixels for a copy: the original is sent',
    'timed-out': 'Making a copy took too long: the original is sent',
    'out-of-memory': 'Making a copy took too much memory: the original is sent',
    crashed: 'The converter ended unexpectedly: the original is sent',
    'not-faithful': 'A copy would lack something of the original, which is sent',
  },
  /** Under a preset that removes the place. */
  place: {
    removed: 'Its place was removed',
    'may-be-told': 'Its place, if it names one, is not removed',
  },
} as const satisfies {
  advice: Readonly<Record<ErrorCode, string>>
  kept: Readonly<Record<KeptReason, string>>
  place: Readonly<Record<'removed' | 'may-be-told', string>>
}
