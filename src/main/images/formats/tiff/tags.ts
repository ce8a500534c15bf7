/** Tags of TIFF fields, under the names that TIFF 6.0, EXIF 3.0 and DNG 1.7 give them. */
export const tiffTags = {
  imageWidth: 0x0100,
  imageLength: 0x0101,
  bitsPerSample: 0x0102,
  compression: 0x0103,
  photometricInterpretation: 0x0106,
  imageDescription: 0x010e,
  make: 0x010f,
  model: 0x0110,
  stripOffsets: 0x0111,
  orientation: 0x0112,
  samplesPerPixel: 0x0115,
  rowsPerStrip: 0x0116,
  stripByteCounts: 0x0117,
  xResolution: 0x011a,
  yResolution: 0x011b,
  planarConfiguration: 0x011c,
  resolutionUnit: 0x0128,
  software: 0x0131,
  dateTime: 0x0132,
  artist: 0x013b,
  /** Offsets of further directories. */
  subDirectories: 0x014a,
  extraSamples: 0x0152,
  sampleFormat: 0x0153,
  /** A whole JPEG, such as the thumbnail in an EXIF block: where it starts, and its length in bytes. */
  jpegOffset: 0x0201,
  jpegLength: 0x0202,
  xmp: 0x02bc,
  /** Windows writes ratings here. */
  rating: 0x4746,
  ratingPercent: 0x4749,
  /** GeoTIFF: where on the Earth the pixels are. */
  modelPixelScale: 0x830e,
  modelTiepoint: 0x8482,
  modelTransformation: 0x85d8,
  geoKeyDirectory: 0x87af,
  geoDoubleParams: 0x87b0,
  geoAsciiParams: 0x87b1,
  gdalMetadata: 0xa480,
  copyright: 0x8298,
  exposureTime: 0x829a,
  fNumber: 0x829d,
  iptc: 0x83bb,
  /** Photoshop's image resources. */
  photoshop: 0x8649,
  exifDirectory: 0x8769,
  iccProfile: 0x8773,
  photographicSensitivity: 0x8827,
  gpsDirectory: 0x8825,
  dateTimeOriginal: 0x9003,
  dateTimeDigitized: 0x9004,
  offsetTimeOriginal: 0x9011,
  offsetTimeDigitized: 0x9012,
  focalLength: 0x920a,
  makerNote: 0x927c,
  userComment: 0x9286,
  /** Windows' own texts, in UTF-16. */
  xpTitle: 0x9c9b,
  xpComment: 0x9c9c,
  xpAuthor: 0x9c9d,
  xpKeywords: 0x9c9e,
  xpSubject: 0x9c9f,
  colorSpace: 0xa001,
  pixelXDimension: 0xa002,
  pixelYDimension: 0xa003,
  interoperabilityDirectory: 0xa005,
  bodySerialNumber: 0xa431,
  lensModel: 0xa434,
  /** DNG: width and height of the picture as it is meant to be cropped. */
  defaultCropSize: 0xc620,
  dngPrivateData: 0xc634,
} as const

/** Tags of a GPS directory. */
export const gpsTags = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4 } as const

/** Values of the EXIF field `colorSpace`. The standard has no `adobeRgb`, but some older cameras write it. */
export const exifColorSpaces = { sRgb: 1, adobeRgb: 2 } as const
