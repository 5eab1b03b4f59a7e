# 数量

bytes = { $number ->
   *[other] { $count } 字节
}

# 失败:做了什么

failed-because = { $failed }：{ $why }。
list-separator = {"；"}
failed-resolve = 解析域名失败
failed-resolve-at = 解析 { $subject } 失败
failed-socket = 创建套接字失败
failed-socket-at = 为 { $subject } 创建套接字失败
failed-bind = 绑定（bind）失败
failed-bind-at = 绑定（bind）{ $subject } 失败
failed-listen = 监听（listen）失败
failed-listen-at = 监听（listen）{ $subject } 失败
failed-accept = 接受连接（accept）失败
failed-accept-at = 在 { $subject } 上接受连接（accept）失败
failed-connect = 连接（connect）失败
failed-connect-at = 连接（connect）{ $subject } 失败
failed-send = 发送（send）失败
failed-send-at = 向 { $subject } 发送（send）失败
failed-recv = 接收（recv）失败
failed-recv-at = 从 { $subject } 接收（recv）失败
failed-shutdown = 关闭发送方向（shutdown）失败
failed-shutdown-at = 关闭到 { $subject } 的发送方向（shutdown）失败
failed-read = 读取要发送的文件失败
failed-read-at = 读取要发送的 { $subject } 失败
failed-close = 关闭（close）失败
failed-close-at = 关闭到 { $subject } 的连接失败
failed-spool = 把字节写入临时文件失败
failed-spool-at = 把字节写入 { $subject } 失败
failed-save = 保存失败
failed-save-at = 保存到 { $subject } 失败
failed-thread = 启动线程失败
failed-thread-at = 为 { $subject } 启动线程失败
failed-work = 线程失败
failed-work-at = { $subject } 的线程失败
failed-tls = 用 TLS 加密连接失败
failed-tls-at = 与 { $subject } 的 TLS 失败

# 失败:为什么

cause-name-not-found = 该域名没有地址，或域名服务没有应答
cause-refused = 连接被拒绝，那里没有程序在监听
cause-unreachable = 没有到该主机或网络的路由
cause-timed-out = 超时
cause-timed-out-after = { $seconds } 秒内没有应答
cause-reset = 对方重置了连接
cause-broken-pipe = 对方已经关闭了连接
cause-address-in-use = 该地址和端口已被另一个套接字占用
cause-address-not-here = 本机没有这个地址
cause-denied = 系统不允许
cause-too-many-open = 打开的文件和套接字太多
cause-disk-full = 磁盘已满
cause-read-only = 文件系统是只读的
cause-not-found = 文件夹不存在
cause-is-folder = 已有同名文件夹
cause-panic = 程序内部出错（{ $text }）
cause-other = 系统拒绝了
cause-tls-roots = 没有可信的根证书可供核对
cause-tls-name = 证书不可能属于这样的主机名
cause-tls-certificate = 证书被拒绝，{ $faults }
cause-tls-handshake-signature = 服务器没有证明它拥有证书的密钥
cause-tls-plain-http = 服务器用明文 HTTP 回答，没有 TLS
cause-tls-not-tls = 服务器在这个端口上说的不是 TLS
cause-tls-handshake = 双方没有达成一致，或服务器违反了握手规则
cause-tls-alert = 服务器以警报 { $alert } 放弃
cause-tls-decrypt = 有一条记录无法解密，它在途中被改动过
cause-tls-protocol = 服务器违反了 TLS 的规则
cause-tls-closed = 服务器在握手时结束了连接，没有说明原因
cause-tls-sending-ended = 发送方向已经关闭
fault-expired = 它已过期
fault-expired-since = 它的有效期到 { $date } 为止
fault-not-yet-valid = 它尚未生效
fault-not-yet-valid-until = 它从 { $date } 起才生效
fault-wrong-name = 它不属于 { $wanted }，而属于 { $names }
fault-wrong-name-none = 它不属于 { $wanted }，也不属于任何名称
fault-unknown-issuer = 这里信任的机构都没有为它担保
fault-missing-intermediate = 这里信任的机构都没有为它担保（服务器可能漏发了中间证书）
fault-self-signed = 它是自签名的，这里不信任它
fault-bad-signature = 它的签名不对
fault-revoked = 它已被吊销
fault-other = { $text }

# 失败:试试什么

try-name-not-found = 请检查拼写和网络连接，或直接输入 IP 地址。
try-refused = 请检查端口，并确认服务器正在运行。
try-unreachable = 请检查网络连接和地址。
try-timed-out = 请检查地址；防火墙可能丢弃了数据包。也可以设置更长的超时。
try-timed-out-recv = 对方这么久没有发送任何数据。可以设置更长的超时，或不设超时。
try-reset = 此前收到的内容都保留着。请重新运行，或查看服务器的日志。
try-broken-pipe = 此前收到的内容都保留着。请重新运行。
try-address-in-use = 请换一个端口，或用 0 表示任意空闲端口，或结束占用它的程序。
try-address-not-here = 只供本机用 127.0.0.1；本机所有地址用 0.0.0.0。
try-denied = 请向管理本机的人要求相应的权限。
try-denied-bind = 1024 以下的端口需要特殊权限：请选择 1024 到 65535 之间的端口。
try-denied-connect = 可能是本机的防火墙禁止了它。
try-denied-save = 请选择有写入权限的文件夹。原有文件没有改动。
try-too-many-open = 请关闭一些连接，或提高打开文件数的上限（ulimit -n）。
try-disk-full = 请腾出一些空间。收到的内容都保留着，可以保存到别处。
try-disk-full-save = 请腾出一些空间或换一个磁盘。原有文件没有改动。
try-read-only = 请选择别的文件夹。
try-read-only-save = 请选择别的文件夹。原有文件没有改动。
try-not-found = 请选择已存在的文件夹。
try-is-folder = 请换一个名字。
try-panic = 这是本程序的错误。其他连接不受影响；请报告它。
try-other = 请重新运行；方括号里系统的原话说明了更多。
try-tls-roots = 请安装 ca-certificates，或用 --cacert 指定根证书。
try-tls-name = 请使用域名或 IP 地址。
try-tls-certificate = 请检查地址和本机时钟。什么都没有发送。
try-tls-handshake-signature = 应答的可能是别人。什么都没有发送。
try-tls-plain-http = 这个端口请用 http://。什么都没有发送。
try-tls-not-tls = 请检查端口。什么都没有发送。
try-tls-handshake = 服务器可能太旧。握手的字节已保留。
try-tls-alert = 服务器的日志有更多信息。字节已保留。
try-tls-decrypt = 之前收到的内容已保留。
try-tls-protocol = 之前收到的内容已保留。
try-tls-closed = 请检查端口；服务器可能需要另一个 TLS 版本。
try-tls-sending-ended = 要再发送请重新运行。
try-timed-out-tls = 请检查端口：没有 TLS 的服务器可能在等请求。可以设置更长的超时。

# 地址

address-empty = 请输入地址，例如 www.baidu.com 或 127.0.0.1:9999。
address-host = 这不是地址。请输入域名、IPv4 或 [IPv6] 地址、主机:端口，或 http:// 网址。
address-port = 端口必须是 1 到 65535 之间的数字。
address-scheme = 不支持 { $scheme }://。请用 http:// 网址或 主机:端口。

# 如何知道正文在哪里结束

framing-none-head-method = 没有正文：对 HEAD 的应答没有正文
framing-none-interim = 没有正文：临时应答，最终应答随后
framing-none-switching-101 = 没有正文：随后是另一种协议
framing-none-no-content-204 = 没有正文：204 没有正文
framing-none-not-modified-304 = 没有正文：304 没有正文
framing-none-connect-tunnel = 没有正文：随后是隧道
framing-none-request-without = 没有正文：请求没有声明正文
framing-chunked = HTTP 分块
framing-content-length = Content-Length { $length }
framing-until-close-response-without = 直到对方关闭连接
framing-until-close-response-coding = 直到对方关闭连接：传输编码不以 chunked 结尾
framing-until-close-request-coding = 直到对方关闭连接：传输编码不以 chunked 结尾，在请求里是错误的
framing-until-close-bad-length = 直到对方关闭连接：Content-Length 有误

body-complete = { $here } 字节，完整
body-missing = { $here } 字节，缺 { $missing }
body-missing-chunks = { $here } 字节，在最后一个 HTTP 分块之前就结束了
body-bad-chunks = { $here } 字节，随后第 { $at } 字节处的 HTTP 分块有误：{ $why }
body-cut = { $here } 字节，被截断
body-unknown = { $here } 字节，不知道是否完整
body-arriving-of = { $here } / { $length } 字节
body-arriving = 已到 { $here } 字节

unreadable-empty = 对方没有发送任何字节就关闭了：空应答。
unreadable-not-http = 这不是 HTTP 应答。所有字节都保留着：见“字节”。
unreadable-other-version = 这是此处不支持的 HTTP 版本。所有字节都保留着：见“字节”。
unreadable-head-too-long = 头部在 256 KiB 内没有结束。所有字节都保留着：见“字节”。
unreadable-too-many-fields = 头部字段超过 1,000 个。所有字节都保留着：见“字节”。
unreadable-too-many-interim = 临时应答（1xx）超过 64 个，没有最终应答。所有字节都保留着：见字节页。
unreadable-head-unfinished = 连接在头部中间就结束了。所有字节都保留着：见“字节”。

violation-at = 第 { $at } 字节：{ $what }（{ $section }）
violation-empty-line-before = 起始行之前有空行
violation-lone-lf = 行尾只有 LF
violation-bare-cr = CR 后面没有 LF
violation-nul = 有 NUL 字节
violation-odd-request-line = 请求行不规范
violation-odd-status-line = 状态行不规范
violation-status-out-of-range = 状态码不在 100 到 599 之间
violation-space-before-fields = 第一个字段之前有空白
violation-obs-fold = 一个字段折成了多行
violation-no-colon = 有一行没有冒号
violation-space-before-colon = 冒号之前有空格
violation-bad-field-name = 字段名含有不允许的字符
violation-bad-content-length = Content-Length 不是数字
violation-conflicting-content-length = 有多个互相矛盾的 Content-Length
violation-repeated-content-length = 同样的 Content-Length 出现了多次
violation-length-with-coding = 同时有 Content-Length 和 Transfer-Encoding
violation-coding-before-http-11 = HTTP/1.0 里有 Transfer-Encoding
violation-padded-chunk-size = HTTP 分块的大小后面有空白
chunks-bad-size = 该是大小的地方不是大小
chunks-size-too-large = 大小达到或超过 2^63 字节
chunks-line-too-long = 大小行超过 16 KiB
chunks-no-line-end = 数据之后没有换行
chunks-too-many-trailers = 尾部字段超过 1000 个
chunks-trailers-too-long = 尾部超过 256 KiB

redirect-to = 这是重定向，指向 { $url }。
redirect-target = 这是重定向，指向 { $location }，但无法跟随：{ $why }
redirects-too-many = 连续的重定向超过 { $count } 次，已放弃。
redirects-circle = 重定向在绕圈：{ $url } 已经请求过了。
redirect-follow = 跟随
redirect-save = 将要保存的是重定向本身
codings-unknown = 这里不认识编码 { $coding }：正文按收到的样子显示和保存。
codings-too-many = 叠了 { $count } 层编码，超过所能解开的 5 层：正文按收到的样子显示和保存。
coding-corrupt = { $coding }：编码数据在第 { $at } 字节处损坏，之前的内容已保留。
coding-truncated = { $coding }：编码数据到第 { $at } 字节就断了，没有结束，之前的内容已保留。
coding-trailing-garbage = { $coding }：编码数据在第 { $at } 字节处已经结束，后面还有字节。
coding-too-long = { $coding }：解开后会超过 { $limit } 字节，停在第 { $at } 字节。
coding-checksum = { $coding }：第 { $at } 字节处的校验和与解开的内容不符，内容已保留。
coding-length = { $coding }：第 { $at } 字节处的长度与解开的内容不符，内容已保留。
coding-too-dense = { $coding }：每个字节解开后超过 { $limit } 字节，停在第 { $at } 字节。
coding-too-many-layers = 叠放的编码层数超过所能解开的。
coding-window = { $coding }：要求 { $limit } 字节的窗口，超过 8 MiB。

# 状态

state-preparing = 正在连接
state-open = 已连接
ended-peer-finished = 对方结束后关闭
ended-finished = 由本方关闭
ended-stopped = 已停止
ended-timed-out = 已关闭：接收超时
ended-failed = 失败

reply-missing = { $address } 的应答提前结束：按 Content-Length 还缺 { $missing } 字节。
try-reply-missing = 请再运行一次；如果每次都这样，就是 Content-Length 有误，或对方中途断开。
reply-cut = { $address } 的应答在正文结束之前被切断。
try-reply-cut = 请再运行一次；如果每次都这样，就是对方中途断开。
reply-unknown = { $address } 的应答违反协议：无法知道正文在哪里结束。
try-reply-unknown = 已到达的字节都保留着；头部页说明哪里有误。
reply-empty = { $address } 没有发送任何字节就关闭了：空应答。
try-reply-empty = 请检查请求是否符合该服务器，端口是否正确。
reply-not-http = { $address } 发来的不是 HTTP 应答。
try-reply-not-http = 该端口上可能是别的协议。所有字节都保留着。
reply-other-version = { $address } 用这里不解读的 HTTP 版本作了应答。
try-reply-other-version = 请用 HTTP/1.1 请求。所有字节都保留着。
reply-head-too-long = { $address } 的应答头部超过 256 KiB 还没有结束。
try-reply-head-too-long = 如果一直有数据到来，请停止。已到达的字节都保留着。
reply-too-many-fields = { $address } 的应答头部超过 1000 个字段。
try-reply-too-many-fields = 如果一直有数据到来，请停止。已到达的字节都保留着。
reply-too-many-interim = { $address } 发了超过 64 个临时应答（1xx），没有最终应答。
try-reply-too-many-interim = 如果一直有数据到来，请停止。已到达的字节都保留着。
reply-head-unfinished = { $address } 在应答头部结束之前断开了连接。
try-reply-head-unfinished = 请再运行一次；如果每次都这样，就是对方中途断开。已到达的字节都保留着。
verdict-stopped = 应答还没有完整，您就停止了；已到达的字节都保留着。
verdict-timed-out = 应答还没有完整，接收超时就结束了连接；已到达的字节都保留着。
surplus-after = 应答结束之后还有 { $count } 字节：Content-Length 太小，或对方发了别的内容。可在字节页查看。
head-violations = 头部违反协议：{ $first } 全部见头部页。
stdout-failed = 写标准输出失败：{ $system }。此后收到的内容没有保存；--save FILE 可以保存。
bind-wrong = 不能在 { $address } 上监听：请输入 IP 地址和端口，例如 127.0.0.1:9999 或 [::1]:0。
verdict-pending = 还没有应答。
verdict-arriving = 正文正在到达。
verdict-complete = 正文完整。
verdict-missing = 连接提前结束：正文缺 { $missing } 字节。
verdict-cut = 正文还没有结束，连接就断开了。
verdict-unknown = 连接已结束；正文的分界有误，所以不知道它是否完整。
verdict-failed = 没有应答。

# 调用的结果

outcome-peer-finished = 对方已发送完毕
outcome-timed-out = 超时
outcome-stopped = 已停止
outcome-failed = 失败

# 终端

request-file = 无法读取 { $path } 里的请求：{ $system }
story-head-received = 收到头部：{ $line }（{ $bytes } 字节，{ $fields } 个字段；{ $framing }）
story-head-sent = 发出头部：{ $line }（{ $bytes } 字节，{ $fields } 个字段；{ $framing }）
story-listening = 正在监听 { $address }；按 Ctrl-C 结束
story-body = 正文：{ $state }。
story-tls = TLS：{ $version }，{ $suite }，{ $subject }，{ $trust }；握手用时 { $ms } 毫秒。
story-tls-unsaid = 对方结束时没有发送 TLS 的 close_notify：最后的内容可能被截断。
tls-verified = 证书已验证
tls-accepted = 证书不可信：{ $faults }
story-saved = 已把 { $bytes } 保存到 { $path }。
story-saved-part = 已到达的 { $bytes } 保存在 { $path }。
demo-intro = 同一进程里的网页服务器和客户端，在 127.0.0.1 上。每一行是一次套接字调用：何时、要求什么、得到什么。
demo-done = 客户端收到了整个网页：头部 { $head }，正文 { $body }，共 { $reads } 次接收。
demo-failed = 客户端没有收到整个网页。
no-window = 这里打不开窗口（{ $why }）；{ $remedy }；不用窗口可以运行 `socketscope get URL`、`socketscope serve page` 和 `socketscope demo`，现在运行后者。
no-window-display = 请从桌面会话启动，或设置 DISPLAY 或 WAYLAND_DISPLAY，如缺少 libgl1、libegl1、libxkbcommon-x11-0，请安装
no-window-other = 请在支持 OpenGL 2.1 或更高版本的桌面会话中启动

# 窗口

role-client = 客户端
role-server = 服务器
try-here = 在此试一试
try-here-hint = 在本机的空闲端口上启动网页服务器，并让客户端取它的网页。不需要网络。
theme = 主题
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
dismiss = 关闭
cancel = 取消

address = 地址
recent-addresses = 最近的地址
recv-size = 接收大小
run = 运行
run-again = 再次运行
stop = 停止
bind-address = 本地地址
port = 端口
port-hint = 0 表示由系统选择空闲端口
backlog = 等待队列
backlog-hint = 最多有多少个连接可以等待被接受。它不是客户端数量的上限。
listen = 监听
connections-forgotten = 更早的 { $count } 个连接不再保留
listening-on = 正在监听 { $address }
server-open-to-others = 正在监听 { $address }：本网络中的其他机器可以访问它。

saved-title = 已保存
saved-add = + 保存此表单…
saved-name = 名称
saved-keep = 保存
saved-remove = 删除 { $name }
saved-tutorial = 教程的网页，www.baidu.com
saved-local = 本机网页，127.0.0.1:9999
saved-get = HTTP GET example.com
saved-hello = Hello 对话，127.0.0.1:9999
saved-hello-server = Hello，端口 9999
saved-page-server = 网页，端口 9999

request = 请求
request-hint = 按显示内容原样发送，包括行尾。
request-form = 表单
request-raw = 原文
request-no-form = 这段文字不是表单能显示的请求。原文照原样发送。
method = 方法
path = 路径
path-field = 文件
field-name = 字段
field-value = 字段值
field-remove = 删除字段 { $name }
field-add = + 字段
request-body = 正文
body-file = 文件
request-fill = 填入此地址的请求
request-fill-hint = 用对该地址的 GET 请求替换上面的文字
line-end = 行尾
line-end-none = 无
connect-timeout = 连接超时
read-timeout = 接收超时
read-timeout-hint = 不设超时，连接会一直保持，直到对方或你结束它。
until-message-end = 应答完整后就关闭
until-hint = 否则像教程的循环那样一直接收，直到对方关闭。
message = 消息
message-hint = 连接打开时可以输入并发送
message-closed = 连接没有打开
message-hex = 十六进制
send = 发送
shutdown = 结束发送
shutdown-hint = shutdown(SHUT_WR)：对方的 recv 返回 0；它仍可以向你发送。
hex-digit = 第 { $at } 个字符不是十六进制数字。
hex-half = 缺一个十六进制数字。
send-busy = 前面的消息还在发送。
send-not-open = 连接没有打开。

responder = 应答方式
responder-hello = Hello
responder-page = 网页
responder-hello-hint = 先发送 Welcome!，再对每条消息回答 Hello, <文字>!，直到收到空数据或 exit。
responder-page-hint = 对任何 GET 请求都回答内置网页。
pause = 每次接收后暂停

connections = 连接
connections-empty = 请按“监听”。每个连接上来的客户端在这里占一行，并有自己的线程。
connections-none-yet = 正在监听。还没有客户端连接。

calls = 调用
calls-empty = 每次套接字调用都会出现在这里：何时、要求什么、得到什么。
call-blocked = 阻塞，已 { $seconds } 秒
column-number = 序号
column-time = 时间，秒
column-call = 调用
column-asked = 要求
column-got = 得到
column-peer = 对方
column-state = 状态
column-sent = 发送
column-received = 接收
column-reads = 接收次数
column-age = 时长

tab-head = 头部
trailers = 尾部字段
tab-body = 正文
tab-bytes = 字节
tab-tls = TLS
call-handshake = TLS 握手
bytes-plain = 明文
bytes-encrypted = 密文
tls-empty = 正在握手。双方约定的内容和服务器的证书会显示在这里。
tls-agreed = 约定
tls-version = 版本
tls-suite = 密码套件
tls-group = 密钥交换
tls-alpn = 协议（ALPN）
tls-alpn-none = 服务器没有选择
tls-sni = 服务器名称（SNI）
tls-sni-none = 没有发送，因为主机是地址
tls-handshake = 握手
tls-handshake-times = 始于 { $begun } 秒，用时 { $took } 毫秒
tls-wire = 密文字节
tls-end = 结束
tls-end-said = 有 close_notify
tls-end-unsaid = 没有 close_notify：服务器最后发送的内容可能被截断
tls-end-open = 尚未结束
tls-trust = 信任
certificate-of = 证书 { $number } / { $count }
certificate-own = 服务器自己的
certificate-issuer-of = 为前一张担保
certificate-subject = 主体
certificate-issuer = 颁发者
certificate-names = 名称
certificate-names-more = 另有 { $count } 个
certificate-from = 生效时间
certificate-to = 到期时间
certificate-key = 密钥
certificate-signature = 签名算法
certificate-serial = 序列号
certificate-fingerprint = SHA-256 指纹
connect-anyway = 仍然连接（仅此一次）
connect-anyway-hint = 继续与无法辨别真假的服务器通信。只对这一次运行有效。
connect-anyway-text = { $host } 的证书不可信。应答的可能是别人。
tls-accepted-strip = ⚠ { $host } 的证书不可信：{ $faults }。您选择了继续，仅限这一次运行。
root-file = 额外根证书
root-file-hint = 除系统根证书外还信任的证书文件（PEM）
way-received = ↓ 接收
way-sent = ↑ 发送
message-of = 第 { $number } 条消息，共 { $count } 条
message-previous = 上一条消息
message-next = 下一条消息

head-fields = 字段
head-raw = 原文
head-empty = 头部会显示在这里：第一个空行之前的全部内容，可看字段或原文。
head-summary = 字节 { $start } 到 { $end }，{ $bytes }，{ $fields ->
   *[other] { $fields } 个字段
}
head-framing = 正文：{ $framing }（{ $section }）
body = 正文
body-text = 文本
body-hex = 十六进制
body-picture = 图片
decode-on = 全部解码
decode-on-hint = 不再限制解码后的大小。很小的正文可能变得非常大。
picture-pending = 图片全部到达后显示在这里。
picture-fit = 适合窗口
picture-actual = 1:1
picture-facts = { $format }，{ $width } × { $height } 像素
picture-first-frame = 动画的第一帧
picture-svg = 其中的文字和引用不绘制
picture-scaled = 已缩小
picture-too-long = 图片超过 64 MiB，不解码。可以保存。
picture-too-many-pixels = 图片的像素超过这里解码的上限（每边 16,384，256 MiB）。可以保存。
picture-unknown = 这不是 PNG、JPEG、GIF、WebP 或 SVG。文本和十六进制可以查看其字节。
picture-broken = 图片已损坏：{ $text }。文本和十六进制可以查看其字节。
stage-decoded = 解码后
stage-framed = 未解码
stage-wire = 原始数据
size-wire = 线上 { $bytes }
size-framed = 去分块 { $bytes }
size-decoded = 解码后 { $bytes }
charset = 字符编码
charset-automatic = 自动
charset-bom = 字节顺序标记
charset-content-type = Content-Type
charset-meta = <meta>
charset-detected = 推测
charset-chosen = 手动选择
charset-utf8-default = 未见异常
body-empty = 正文会显示在这里：头部空行之后的全部内容，可看文本或十六进制。
body-none = 这条消息没有正文。
body-all-bytes = 不是 HTTP：显示全部字节。
search = 查找
search-text = 文本
search-hex = 十六进制
search-regex = 正则表达式
search-hint-text = 文本
search-hint-hex = 48 65 ?? 6c
search-hint-regex = [0-9]+ bytes
search-case = 区分大小写
search-encoding = 文本编码 { $encoding }
search-encoding-own = 与字节一致
search-previous = 上一处
search-next = 下一处
search-close = 关闭查找
search-cancel = 停止查找
search-none = 没有找到
search-none-yet = 目前没有找到
search-hits = { $number ->
   *[other] { $count } 处
}
search-hit-of = 第 { $at } 处，共 { $count } 处
search-progress = 已查找 { $percent } %
search-cancelled = 在 { $percent } % 处停止
search-full = 超过 { $count } 处：查找在 { $looked } 字节后结束。请查找更少见的内容。
pattern-empty = 还没有要查找的内容。
pattern-too-long = 超过 { $bytes } 字节，太长，无法查找。
pattern-half-byte = 第 { $at } 个字符处缺半个字节：每个字节写两位数字，或写 ??。
pattern-no-hex-digit = 第 { $at } 个字符 { $character } 不是十六进制数字。
pattern-only-wildcards = 这样会找到任何字节：请至少写出一个字节。
pattern-not-in-encoding = { $encoding } 里没有 { $character }，这种编码的文本中不会有它。
pattern-regex-too-big = 这个正则表达式太大。
pattern-regex = 这不是正则表达式：{ $text }
bytes-empty = 这个方向的每个字节都会显示在这里，十六进制和文本并列；头部、分隔符、正文各有底色。

status-empty = 还没有运行过。
status-sends = { $number ->
   *[other] { $count } 次发送
}
status-reads = { $number ->
   *[other] { $count } 次接收
}
status-sizes = 头部 { $head } · 正文 { $body }
state-complete-but-open = 正文完整，recv 仍在等待

save-body = 正文另存为…
save = 保存
save-path = 路径
save-title = 正文另存为
save-title-part = 另存不完整的正文
save-part = 这个正文不完整：只会保存现有的部分。
save-dialog-open = 系统的文件对话框已打开。
save-type-path = 改为输入路径
save-no-dialog = 本机没有文件对话框（没有桌面门户，也没有 zenity），请在这里输入路径。
save-writing = 正在保存…
save-cancelled = 没有保存任何内容。
saved = 已把 { $bytes } 保存到 { $path } · SHA-256 { $sha256 }

settings-broken = 无法读取设置（{ $reason }）。文件已改名为 { $aside }；程序以默认设置启动。
settings-unreadable = 无法读取 { $path } 里的设置（{ $reason }）；程序以默认设置启动。

draft-recv-size = 接收大小必须在 1 到 1,048,576 字节之间。
draft-seconds = 超时必须在 0.001 到 86,400 秒之间。
draft-body-hex = 正文不是十六进制：每个字节两位数字，之间可以有空格。
draft-bind-address = 这不是机器的地址。只供本机请用 127.0.0.1，本机所有地址请用 0.0.0.0，也可以用 IPv6 地址。
