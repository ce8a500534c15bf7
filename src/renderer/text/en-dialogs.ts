/** English: the words of the folder picker and of the settings. */
import type { PresetId } from '../../shared/presets.ts'
import { files } from './en-counts.ts'

const presets: Readonly<Record<PresetId, string>> = {
  original: 'Originals, as they are',
  'web-gallery': 'Web gallery: JPEG, 2,560 pixels',
  proof: 'Proofs: JPEG, 1,600 pixels',
  'archive-jpeg': 'Archive: JPEG, full size',
  webp: 'WebP, full size',
  avif: 'AVIF, 3,840 pixels',
}

export const dialogs = {
  picker: {
    filesTitle: 'Add files',
    folderTitle: 'Add a folder',
    hint: 'These are the folders of the computer that runs PhotoFerry.',
    path: 'Folder',
    breadcrumb: 'Path',
    list: 'Folder contents',
    up: 'Parent folder',
    empty: 'This folder is empty',
    chooseFolder: 'Choose this folder',
    addFiles: (count: number) => (count === 0 ? 'Add files' : `Add ${files(count)}`),
    cancel: 'Cancel',
    folderKind: 'Folder',
  },

  settings: {
    title: 'Settings',
    server: 'Where photos are stored',
    thisComputer: 'This computer',
    anotherServer: 'Another server',
    thisComputerHint: 'PhotoFerry runs its own server here and keeps the photos on this computer.',
    url: 'Server address',
    urlPlaceholder: 'https://photos.example.com',
    token: 'Access token',
    test: 'Test connection',
    parallelFiles: 'Files at once',
    parallelChunks: 'Chunks at once, per file',
    maxRetries: 'Automatic retries',
    maxFileSize: 'Largest file, in MB',
    maxFileSizeHint: 'Larger files are refused before anything is sent. Leave empty for no limit.',
    preset: 'Preset',
    presetHint:
      'Photos added from now on are sent as copies made this way; RAW files and clips go as they are. The originals stay untouched.',
    presets,
    quality: 'Quality, 1 to 100',
    qualityHint: (own: number) => `Leave empty for the preset’s own, ${Math.round(own)}.`,
    theme: 'Theme',
    themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
    save: 'Save',
    cancel: 'Discard',
    numberBetween: (least: number, most: number) => `Enter a whole number from ${least} to ${most}`,
    sizeInvalid: 'Enter a number above 0, or leave it empty',
    urlInvalid: 'Enter an address such as https://photos.example.com',
  },
} as const
