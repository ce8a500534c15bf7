/** 简体中文: what an error means where its details say more than its code. */
import type { ErrorFacts } from '../../../shared/protocol/error-facts.ts'

export const cases = {
  'file-missing': '找不到 {{name}}。请将它放回原处或重新连接所在的磁盘，然后点按“重试”。',
  'permission-denied': '没有打开 {{name}} 的权限。请更改权限，然后点按“重试”。',
  'disk-trouble': '无法读取 {{name}}（{{reason}}）。请检查磁盘或存储卡，然后点按“重试”。',
  'folder-missing': '找不到文件夹 {{path}}。',
  'folder-unreadable': '无法读取文件夹 {{path}}，请检查权限。',
  'not-a-folder': '{{path}} 不是文件夹。',
  'over-limit': '{{name}} 的大小为 {{size}}，上限为 {{limit}}。请在“设置”中提高上限，然后点按“重试”。',
  'name-not-text': '文件名 {{name}} 不是有效的文本。请重命名后再添加。',
  'no-copy': '无法为 {{name}} 生成副本：{{problem}}。若要上传原文件，请不使用此预设重新添加。',
  'no-room-for-copy': '这台电脑没有空间存放转换后的副本。请腾出空间，然后点按“重试”。',
  'host-away': '无法连接服务器 {{host}}（{{reason}}）。请检查网络和地址。',
  'host-silent': '与 {{host}} 的连接长时间没有响应。',
  'host-lost': '与 {{host}} 的连接已断开（{{reason}}）。',
  'self-signed': '{{host}} 使用自签名证书，无法确认其身份。请联系服务器管理员。',
  certificate: '{{host}} 的安全证书不受信任（{{reason}}）。请联系服务器管理员。',
  'no-http': '{{host}} 没有按 HTTP 协议应答。请检查地址应以 http 还是 https 开头。',
  'settings-aside': '设置文件无法读取，已另存为 {{path}}。目前使用默认设置，请在“设置”中重新设定。',
  'queue-restored': '部分队列记录无法读取，已另存为 {{path}}，并恢复到较早的状态。已上传的内容不受影响。',
  'queue-aside': '部分队列记录无法读取，已另存为 {{path}}，其中的文件需要重新添加。已上传的内容不受影响。',
  'queue-unwritten': '队列无法写入磁盘（{{reason}}）。请腾出空间，否则重新启动后会丢失当前进度。',
  'file-off-list': '此文件已不在列表中。',
  'batch-off-list': '此批次已不在列表中。',
  'survey-gone': '这次添加已不再预览，请重新添加。',
  'preset-gone': '此预设已不存在，请选择其他预设。',
  'preset-name-taken': '已有名为“{{name}}”的预设，请换一个名称。',
  'too-many-presets': '预设已达 {{most, number}} 个，请先删除一个。',
} as const satisfies Readonly<Record<ErrorFacts['kind'], string>>

type NoCopy = Extract<ErrorFacts, { kind: 'no-copy' }>

/** Why no copy of a photo can be made. */
export const problems = {
  mislabelled: '内容与文件名不符',
  damaged: '照片已损坏或格式特殊',
  hdr: '这是 HDR 照片',
  'several-images': '文件中含有多张图片',
  'too-many-pixels': '像素过多',
  'timed-out': '用时过长',
  'out-of-memory': '占用内存过多',
  crashed: '转换程序意外退出',
  'not-faithful': '副本会缺少原文件的部分信息',
} as const satisfies Readonly<Record<NoCopy['problem'], string>>
