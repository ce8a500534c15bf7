/** English: questions about a server that only a person can answer, one per server. */
export const serverQuestions = {
  questions: {
    tokenTitle: '{{host}} doesn’t accept the access token',
    tokenChanged:
      'It accepted this token before, so the token was changed. Your files wait and are sent as soon as the right token is here.',
    tokenWrong:
      'The token may be mistyped, or whoever runs the server has changed it. Your files wait and are sent as soon as the right token is here.',
    token: 'Access token for {{host}}',
    useToken: 'Use this token',
    certificateTitle: '{{host}} shows a different certificate',
    certificateLead:
      'It may have been renewed, or somebody on the way may be reading along. Trust it only if whoever runs the server confirms the new fingerprint.',
    trustedFingerprint: 'Trusted so far',
    shownFingerprint: 'Shown now',
    trustNew: 'Trust the new certificate',
    redirectTitle: '{{host}} leads to {{url}}. Use that address?',
    redirectLead: 'The access token is then sent there. Say yes only if you know that address.',
    useAddress: 'Use that address',
    keepWaiting: 'Keep waiting',
    bundled:
      'PhotoFerry sets up this server by itself. If this message stays, quit PhotoFerry and open it again; your files stay on the list.',
    given: 'This server was named on the command line. Start PhotoFerry again with what has changed.',
  },
} as const
