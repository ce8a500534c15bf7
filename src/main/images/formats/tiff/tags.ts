/** Numbers of the fields that more than one reader of photos asks for, as TIFF 6.0, EXIF 3.0 and DNG 1.7 have them. */
export const tiffTags = {
  make: 0x010f,
  model: 0x0110,
  orientation: 0x0112,
  subDirectories: 0x014a,
  jpegOffset: 0x0201,
  jpegLength: 0x0202,
  exifDirectory: 0x8769,
  gpsDirectory: 0x8825,
  takenAt: 0x9003,
  makerNote: 0x927c,
  colorSpace: 0xa001,
  pixelWidth: 0xa002,
  pixelHeight: 0xa003,
  interoperability: 0xa005,
  lens: 0xa434,
} as const
