/** 简体中文: what main and the server report in English. English has no such file: their sentences are shown as they are. */
import type { ErrorFacts } from '../../../shared/protocol/error-facts.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'

/** By code, for errors without facts. */
const codes = {
  'source-missing': '原文件已不在原处。请放回文件或重新连接所在的磁盘，然后点击“重试”。',
  'source-unreadable': '无法读取原文件。请检查权限和所在的磁盘，然后点击“重试”。',
  'source-not-a-file': '这不是普通文件，无法上传。',
  'source-changed': '文件在上传过程中被修改。',
  'still-being-written': '文件仍在写入，写完后会自动上传。',
  'drive-away': '正在等待文件所在的磁盘或存储卡。',
  'source-too-large': '文件超过“设置”中的大小上限，未上传。',
  'not-convertible': '无法按所选预设转换这张照片。',
  'server-unreachable': '无法连接服务器。',
  'connection-lost': '连接已断开。',
  'connection-stalled': '连接长时间没有响应。',
  'tls-untrusted': '服务器的安全证书不受信任。',
  'not-photoferry': '该地址上运行的不是 PhotoFerry 服务器。请检查地址。',
  'proxy-answer': '网络中的代理代替服务器作出了应答。',
  redirected: '该地址指向另一个地址。',
  'certificate-changed': '服务器的证书与您信任的证书不同。',
  'too-large-for-proxy': '网络中的代理不允许这么大的请求。',
  'bad-request': '请求无法识别。',
  unauthorized: '服务器不接受此访问令牌。',
  forbidden: '服务器拒绝访问。',
  'not-found': '找不到请求的内容。',
  'task-gone': '服务器上已没有此上传任务。',
  'name-invalid': '服务器不接受此文件名。请重命名文件后再添加。',
  'length-required': '服务器未收到数据长度。',
  'file-too-large': '文件超过服务器的大小上限。',
  'chunk-invalid': '服务器不接受此数据块。',
  'chunk-corrupted': '数据在传输途中损坏。',
  'chunk-conflict': '服务器上的数据与本机不一致。',
  'chunks-missing': '服务器缺少部分数据。',
  'task-busy': '服务器正在处理此文件。',
  'digest-mismatch': '服务器收到的内容与原文件不一致。',
  'too-many-requests': '服务器正忙。',
  'request-timeout': '服务器等待数据超时。',
  'storage-full': '服务器空间不足。',
  'storage-failed': '服务器读写磁盘失败。',
  'server-closing': '服务器正在关闭。',
  'server-error': '服务器出现意外错误。',
  'disk-full': '本机磁盘空间不足。请腾出空间，然后点击“重试”。',
  'journal-damaged': '部分记录已损坏，已移到一旁保留。其余内容不受影响。',
  'state-newer': '这份记录由较新版本的 PhotoFerry 写入。',
  'state-in-use': '另一个 PhotoFerry 正在使用同一份记录。',
  internal: '出现意外问题。',
} as const satisfies Readonly<Record<ErrorCode, string>>

/** By facts, for errors whose facts say more than their code. */
const cases = {
  'file-missing': '找不到 {{name}}。请将它放回原处或重新连接所在的磁盘，然后点击“重试”。',
  'permission-denied': '没有打开 {{name}} 的权限。请更改权限，然后点击“重试”。',
  'folder-replaced':
    '{{name}} 已不在原来的位置：其所在路径中的某个文件夹已被链接或其他文件夹取代。请恢复该文件夹后重试，或重新添加。',
  'disk-trouble': '无法读取 {{name}}（{{reason}}）。请检查磁盘或存储卡，然后点击“重试”。',
  'drive-away': '正在等待 {{name}}。重新连接后会自动继续上传。',
  'folder-missing': '找不到文件夹 {{path}}。',
  'folder-unreadable': '无法读取文件夹 {{path}}，请检查权限。',
  'not-a-folder': '{{path}} 不是文件夹。',
  'over-limit': '{{name}} 的大小为 {{size}}，上限为 {{limit}}。请在“设置”中提高上限，然后点击“重试”。',
  'name-not-text': '文件名 {{name}} 不是有效的文本。请重命名后再添加。',
  'no-copy': '无法为 {{name}} 生成副本：{{problem}}。若要上传原文件，请不选此预设，重新添加。',
  'no-room-for-copy': '这台电脑没有空间存放转换后的副本。请腾出空间，然后点击“重试”。',
  'host-away': '无法连接服务器 {{host}}（{{reason}}）。请检查网络和地址。',
  'host-silent': '与 {{host}} 的连接长时间没有响应。',
  'host-lost': '与 {{host}} 的连接已断开（{{reason}}）。',
  'self-signed': '{{host}} 使用自签名证书，无法确认其身份。请联系服务器管理员。',
  certificate: '{{host}} 的安全证书不受信任（{{reason}}）。请联系服务器管理员。',
  'no-http': '{{host}} 没有按 HTTP 协议应答。请检查地址应以 http 还是 https 开头。',
  'answer-too-long': '{{host}} 的应答超过 1 MB，不像 PhotoFerry 服务器。请检查地址，或联系服务器管理员。',
  'answer-compressed':
    '{{host}} 的应答经过压缩，而 PhotoFerry 并未要求压缩。请检查地址，或联系服务器管理员。',
  'answer-link': '{{host}} 为已存储的文件给出了不属于自己的地址。请检查地址，或联系服务器管理员。',
  'answer-chunks':
    '{{host}} 对 {{name}} 的分块方式超出了 PhotoFerry 的限度（每块 64 KB 至 64 MB）。请联系服务器管理员（CHUNK_SIZE）。',
  'proxy-answer': '前往 {{host}} 途中的代理代替服务器作出了应答（HTTP {{status}}）。',
  'login-wanted': '前往 {{host}} 途中的代理要求登录（HTTP {{status}}）。',
  'too-many-requests': '{{host}} 要求放慢速度。',
  redirected: '{{host}} 指向 {{location}}，可能是网络的登录页面。',
  'certificate-changed': '{{host}} 出示的证书与您信任的证书不同。请向服务器管理员确认。',
  'proxy-away': '无法连接 {{host}}：途中的代理 {{proxy}} 没有响应（{{reason}}）。请检查网络和代理地址。',
  'proxy-unusable':
    '无法连接 {{host}}：PhotoFerry 不支持代理 {{proxy}}，只支持以 http:// 或 https:// 开头的代理。请在 HTTPS_PROXY 或 HTTP_PROXY 中改用这样的代理，或将 {{host}} 加入 NO_PROXY。',
  'proxy-login':
    '通往 {{host}} 的代理 {{proxy}} 需要用户名和密码。请将其写入代理地址，例如 HTTPS_PROXY=http://name:password@host:port。',
  'proxy-refused':
    '代理 {{proxy}} 不允许 PhotoFerry 访问 {{host}}（状态 {{status}}）。请联系代理管理员，或将 {{host}} 加入 NO_PROXY。',
  'chunk-refused':
    '{{host}} 前面的代理拒绝 {{size}} 的请求，而 PhotoFerry 无法向此服务器发送更小的请求。请联系代理管理员放行 {{size}} 的请求（nginx：client_max_body_size）。',
  'question-over': '在您回答之前，这个问题已经改变或已解决。请查看现在显示的内容，再作回答。',
  'settings-aside': '设置文件无法读取，已另存为 {{path}}。目前使用默认设置，请在“设置”中重新设定。',
  'queue-restored': '部分队列记录无法读取，已另存为 {{path}}，并恢复到较早的状态。已上传的内容不受影响。',
  'queue-aside': '部分队列记录无法读取，已另存为 {{path}}，其中的文件需要重新添加。已上传的内容不受影响。',
  'queue-refused':
    '队列记录中有 {{count, number}} 项无法使用：已损坏，或其编号、路径不属于 PhotoFerry。原文件已保留为 {{path}}。请重新添加这些文件；没有删除任何内容。',
  'links-aside':
    'PhotoFerry 自己的文件夹中有 {{count, number}} 个指向别处的链接。PhotoFerry 不会跟随链接，已将其重命名（{{path}}）。链接指向的内容未被改动。',
  'queue-unwritten': '队列无法写入磁盘（{{reason}}）。请腾出空间，否则重新启动后会丢失当前进度。',
  'receipt-unwritten':
    '无法将上传凭证 {{name}} 保存到 {{path}}。请在“设置”中检查该文件夹，并从历史记录中保存上传凭证。',
  'batch-not-stored': '服务器上没有此批次的文件。',
  'batch-without-folder': '这些文件在服务器上没有单独的文件夹。请选择它们，然后复制各自的链接。',
  'copies-found':
    '找到 {{count, number}} 个不在列表中的文件副本，已作为“{{name}}”重新加入列表并暂停：继续即可上传，移除即可删除。',
  'card-gone': '此存储卡已断开连接。',
  'card-taken-out': '校验期间 {{name}} 被取出。请重新插入，然后再次校验。',
  'card-busy': '{{name}} 上还有 {{count, number}} 个文件等待上传。请等待上传完成，或先取消。',
  'card-changed': '{{name}} 在校验之后又有文件变动。弹出前请先上传，或再次校验。',
  'not-ejected': '无法弹出 {{name}}：{{reason}}',
  'server-too-old': '此服务器版本过旧，无法按要求读取已存文件。请先更新服务器，再校验存储卡。',
  'file-off-list': '此文件已不在列表中。',
  'batch-off-list': '此批次已不在列表中。',
  'name-only': '在页面上跳过的文件没有副本。请在设置中更改规则，然后重新添加。',
  'survey-gone': '这次添加已失效，请重新添加文件。',
  'preset-gone': '此预设已不存在，请选择其他预设。',
  'preset-name-taken': '已有名为“{{name}}”的预设，请换一个名称。',
  'too-many-presets': '预设已达 {{most, number}} 个，请先删除一个。',
  'watched-already': '{{path}} 与已监视的 {{other}} 相同或互相包含，请只监视其中一个。',
  'watched-own': '无法监视 {{path}}：PhotoFerry 自己的文件保存在其中。请选择其他文件夹。',
  'watched-gone': '此文件夹已不再受监视。',
  'too-many-watched': '监视的文件夹已达 {{most, number}} 个，请先移除一个。',
} as const satisfies Readonly<Record<ErrorFacts['kind'], string>>

type NoCopy = Extract<ErrorFacts, { kind: 'no-copy' }>

/** Why a photo can't be converted. */
const problems = {
  mislabelled: '内容与文件名不符',
  damaged: '照片已损坏或格式特殊',
  hdr: '这是 HDR 照片',
  'several-images': '文件中含有多张图片',
  'too-many-pixels': '像素过多',
  'timed-out': '用时过长',
  'out-of-memory': '占用内存过多',
  crashed: '转换程序意外退出',
  'unusual-pixels': '色彩或位深不常见',
  'has-extras': '含有此预设要保留的动态、声音或更多图片',
  'not-faithful': '副本会缺少原文件的部分信息',
  'looks-different': '副本的画面会与原文件不一致',
  unchecked: '文件内没有可供核对副本的预览图',
} as const satisfies Readonly<Record<NoCopy['problem'], string>>

/** Why a card can't be ejected, and what to do. */
const ejections = {
  busy: '它仍在使用中。请关闭打开了其中文件的程序，然后再次弹出。',
  denied: '没有权限。请在文件管理器中弹出。',
  other: '请在文件管理器中弹出。',
} as const satisfies Readonly<Record<Extract<ErrorFacts, { kind: 'not-ejected' }>['reason'], string>>

export const errors = { code: codes, case: cases, problem: problems, ejection: ejections } as const
