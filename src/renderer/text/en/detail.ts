/** English: the details of one file, and why its original was uploaded although a preset was selected. */
import type { KeptReason, PhotoExtra } from '../../../shared/preparation.ts'

export const detail = {
  detail: {
    title: 'Details',
    close: 'Hide details',
    nothing: 'Select a file to see its details',
    many_one: '{{count, number}} file selected',
    many_other: '{{count, number}} files selected',
    together: '{{size}} in total',
    photo: 'Photo',
    video: 'Video',
    camera: 'Camera',
    lens: 'Lens',
    exposure: 'Exposure',
    taken: 'Taken',
    dimensions: 'Dimensions',
    pixels: '{{width, number}} × {{height, number}} px',
    duration: 'Duration',
    format: 'Format',
    location: 'Location',
    hasLocation: 'Contains GPS location',
    file: 'File',
    original: 'Original',
    uploaded: 'Uploaded',
    unchanged: 'original',
    copy: '{{size}}, {{share}} smaller',
    preset: 'Preset',
    path: 'Path',
    modified: 'Modified',
    added: 'Added',
    stored: 'Stored',
    storedAs: 'Stored as',
    storedAsWhy: '{{name}} (the name was taken by another file)',
    verified: 'Verified by the server',
    verifiedAt: 'Last verified on',
    server: 'Server',
    url: 'URL',
    md5: 'MD5',
    sha256: 'SHA-256',
    copyValue: 'Copy {{what}}',
    copiedValue: '{{what}} copied',
    acknowledged: 'Received by the server',
    sent: 'Sent',
    attempts: 'Failed attempts',
    started: 'Started',
    digestsAgree: 'This computer and the server computed the same MD5 and SHA-256',
    md5Agrees: 'This computer and the server computed the same MD5',
  },

  /** Empty where nobody expects a copy. */
  kept: {
    raw: 'RAW: original uploaded',
    video: '',
    'no-photo': '',
    'left-alone': 'Not converted by this preset',
    mislabelled: 'Content doesn’t match the file name: original uploaded',
    'would-be-larger': 'A copy would be larger: original uploaded',
    damaged: 'Can’t be converted, possibly damaged: original uploaded',
    hdr: 'HDR: original uploaded',
    'several-images': 'Contains several images: original uploaded',
    'too-many-pixels': 'Too many pixels to convert: original uploaded',
    'timed-out': 'Conversion took too long: original uploaded',
    'out-of-memory': 'Conversion needed too much memory: original uploaded',
    crashed: 'The converter crashed: original uploaded',
    'unusual-pixels': 'Unusual colors or bit depth: original uploaded',
    'has-extras': 'Contains motion, sound or more pictures: original uploaded',
    'not-faithful': 'A copy would lose metadata, so the original was uploaded',
    'looks-different': 'A copy would look different, so the original was uploaded',
    unchecked: 'No preview inside to check a copy against: original uploaded',
  },

  /** What the original holds and its copy does not. */
  extra: {
    motion: 'motion',
    sound: 'sound',
    pictures: 'more pictures',
    'gain-map': 'HDR gain map',
    depth: 'depth map',
    'other-data': 'further data',
  },

  /** Under a preset that removes the location. */
  place: {
    removed: 'GPS location removed',
    'may-be-told': 'GPS location, if any, not removed',
  },
} as const satisfies {
  detail: Readonly<Record<string, string>>
  kept: Readonly<Record<KeptReason, string>>
  extra: Readonly<Record<PhotoExtra, string>>
  place: Readonly<Record<'removed' | 'may-be-told', string>>
}
