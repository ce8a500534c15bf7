/** English: where new photos go, and connecting to the server of a studio. */
export const destination = {
  destination: {
    bundled: 'this computer',
    bundledFolder: 'this computer, {{folder}}',
    change: 'Change',
    menu: 'New photos go to',
    button: 'New photos go to {{place}}. Change destination',
    connect: 'Connect to your studio…',
    manage: 'Server settings…',
    changed: 'New photos go to {{place}}',
  },

  connect: {
    title: 'Connect to your studio',
    lead: 'Enter what the studio gave you, or open its invitation file.',
    openInvitation: 'Open an invitation file…',
    notAnInvitation: '{{file}} is not a PhotoFerry invitation. Ask the studio for a new one.',
    opened: 'Invitation from {{name}}',
    connect: 'Connect',
    cancel: 'Cancel',
    connected: 'Connected. New photos go to {{name}}.',
    tooMany: 'There are {{most, number}} servers already. Remove one in Settings first.',
  },
} as const
