/** Removes from XMP what points at parts that a still copy does not have: films, gain maps, depth, containers. */

/** Namespace -> the local names that dangle, or all of them. */
const dangling: readonly (readonly [namespace: string, names: string])[] = [
  ['http://ns.google.com/photos/1.0/camera/', '(?:MotionPhoto|MicroVideo)\\w*'],
  ['http://ns.google.com/photos/1.0/container/', '\\w+'],
  ['http://ns.google.com/photos/1.0/container/item/', '\\w+'],
  ['http://ns.google.com/photos/dd/1.0/device/', '\\w+'],
  ['http://ns.google.com/photos/1.0/depthmap/', '\\w+'],
  ['http://ns.google.com/photos/1.0/image/', '\\w+'],
  ['http://ns.google.com/photos/1.0/audio/', '\\w+'],
  ['http://ns.adobe.com/hdr-gain-map/1.0/', '\\w+'],
  ['http://ns.apple.com/HDRGainMap/1.0/', '\\w+'],
  ['http://ns.adobe.com/xmp/note/', 'HasExtendedXMP'],
]

/** @returns the packet, unchanged if nothing in it dangles */
export function removeDangling(xmp: string): string {
  let left = xmp
  for (const [namespace, names] of dangling) {
    for (const prefix of prefixesOf(left, namespace)) left = removeProperties(left, `${prefix}:${names}`)
  }
  return left
}

/** One name may stand for a namespace here and another there. */
function prefixesOf(xmp: string, namespace: string): Set<string> {
  const found = new Set<string>()
  for (const [, prefix, , value] of xmp.matchAll(/\sxmlns:([\w.-]+)\s*=\s*(["'])([^"']*)\2/g)) {
    if (value === namespace && prefix !== undefined) found.add(prefix.replaceAll('.', '\\.'))
  }
  return found
}

function removeProperties(xmp: string, name: string): string {
  const attribute = new RegExp(`\\s${name}\\s*=\\s*("[^"]*"|'[^']*')`, 'g')
  const element = new RegExp(`<(${name})(?=[\\s/>])[^>]*?(?:/>|>[\\s\\S]*?</\\1\\s*>)`, 'g')
  return xmp.replace(element, '').replace(attribute, '')
}
