/** English: the list of failures by reason, and what the user can do about each kind of error. */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'

export const failures = {
  failures: {
    title_one: '{{count, number}} file failed',
    title_other: '{{count, number}} files failed',
    lead: 'Grouped by reason. Stored files are not affected.',
    /** Where all failed for one reason. */
    leadOfOne: 'Stored files are not affected.',
    files_one: '{{count, number}} file',
    files_other: '{{count, number}} files',
    show: 'Show',
    retry: 'Retry these',
    retryAll: 'Retry all',
    none: 'No more failed files.',
  },

  /** Empty where the error's own sentence says what to do. */
  advice: {
    'source-missing': '',
    'source-unreadable': '',
    'source-not-a-file': '',
    'source-changed': 'Wait until the other app has finished writing it, then retry.',
    'still-being-written': '',
    'drive-away': '',
    'source-too-large': '',
    'not-convertible': '',
    'server-unreachable': 'Uploading resumes when the server is back.',
    'connection-lost': 'Retry when the network is stable again.',
    'connection-stalled': 'Retry when the network is stable again.',
    'tls-untrusted': 'Check the server address in Settings.',
    'not-photoferry': '',
    'proxy-answer': 'Ask whoever runs the network or the proxy.',
    redirected: 'Check the server address in Settings.',
    'certificate-changed': 'Ask whoever runs the server, then test the connection in Settings.',
    'too-large-for-proxy': 'Ask whoever runs the proxy to let larger requests through.',
    'bad-request': 'Check that the server and this app have the same version.',
    unauthorized: 'Enter the server’s access token in Settings, then retry.',
    forbidden: 'Ask whoever runs the server for access, then retry.',
    'not-found': 'Check the server address in Settings.',
    'task-gone': 'Retry to upload it again.',
    'name-invalid': '',
    'length-required': 'A proxy in between may be the cause. Ask whoever runs the server.',
    'file-too-large': 'Ask whoever runs the server to raise its limit.',
    'chunk-invalid': 'Retry to upload it again.',
    'chunk-corrupted': 'Retry. If it happens again, check your network hardware.',
    'chunk-conflict': 'Retry to upload it again.',
    'chunks-missing': 'Retry: only the missing parts are uploaded.',
    'task-busy': 'Another program is uploading the same file. Retry later.',
    'digest-mismatch': 'Nothing wrong was stored. Retry to upload it again.',
    'too-many-requests': 'Retry later.',
    'request-timeout': 'Retry when the network is stable again.',
    'storage-full': 'Uploading resumes when the server has space again.',
    'storage-failed': 'Ask whoever runs the server to check its disk, then retry.',
    'server-closing': 'Retry when the server is back.',
    'server-error': 'Retry. If it happens again, ask whoever runs the server.',
    'disk-full': '',
    'journal-damaged': '',
    'state-newer': 'Start the newer PhotoFerry.',
    'state-in-use': 'Close the other PhotoFerry first.',
    internal: 'Retry. If it happens again, please report it.',
  },
} as const satisfies {
  failures: Readonly<Record<string, string>>
  advice: Readonly<Record<ErrorCode, string>>
}
