/** How coordinates are named and written: in properties of any maker's namespace, and in text that somebody or something typed. */

/**
 * Source of a pattern for the local names of properties that hold a place: `GPSLatitude`, `GpsLongtitude` (so spelt by
 * DJI), `RelativeAltitude`, `LRFTargetLat`, `geo:long` … Not `Alt`, which is RDF's word for alternatives.
 */
export const coordinateName =
  '(?:[\\w.-]*(?:[Gg][Pp][Ss]|[Ll]atitude|[Ll]ongt?itude|[Aa]ltitude|ISO6709)[\\w.-]*|[\\w.-]*[a-z_](?:Lat|Lon|Lng|Long|Alt)|lat|lon|lng|long|alt)'

/** Forms that no other text has. */
const forms: readonly RegExp[] = [
  // ISO 6709, as films have it: +51.5000-000.1250/
  /[+-]\d{1,6}\.\d+[+-]\d{1,7}\.\d+/,
  // XMP's own: 51,30.0N
  /\b\d{1,3},\d{1,2}(?:\.\d+|,\d{1,2})[NSEW]\b/,
  // Degrees and minutes with a hemisphere.
  /\d{1,3}\s*(?:°|º|&#xB0;|&#176;|deg)\s*\d{1,2}[^A-Za-z]{0,20}[NSEWO]\b/,
  /\b\d{1,3}\.\d{3,}\s*°?\s*[NS]\b.{0,4}\d{1,3}\.\d{3,}\s*°?\s*[EWO]\b/,
  // Names before numbers, Flickr's machine tags among them.
  /\b(?:geo:)?(?:lat|latitude|lon|lng|long|longitude)\s*[:=]\s*[-+]?\d/i,
  /\bgps\w*\s*[:=]\s*[-+]?\d/i,
  /POINT\s*\(\s*-?\d/i,
  /geo:-?\d+\.\d+,-?\d/i,
  /[?&@/=]-?\d{1,2}\.\d{3,},-?\d{1,3}\.\d{3,}/,
]
/** Two decimal fractions side by side. Programs write points of curves and masks so, but those lie between 0 and 1. */
const pair = /(?:^|[^\d.])(-?\d{1,2}\.\d{4,})\s*[,;]\s*(-?\d{1,3}\.\d{4,})(?![\d.,])/

/** Whether a text has coordinates in it, or is one. */
export function hasCoordinates(text: string): boolean {
  if (forms.some((form) => form.test(text))) return true
  const [, first, second] = pair.exec(text) ?? []
  return Math.max(Math.abs(Number(first)), Math.abs(Number(second))) > 1
}
