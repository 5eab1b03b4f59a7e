# Quantities

bytes = { $number ->
    [one] 1 byte
   *[other] { $count } bytes
}

# Failures: what was done

failed-because = { $failed }: { $why }.
list-separator = {"; "}
failed-resolve = resolving the name failed
failed-resolve-at = resolving { $subject } failed
failed-socket = making a socket failed
failed-socket-at = making a socket for { $subject } failed
failed-bind = bind failed
failed-bind-at = bind to { $subject } failed
failed-listen = listen failed
failed-listen-at = listen on { $subject } failed
failed-accept = accept failed
failed-accept-at = accept on { $subject } failed
failed-connect = connect failed
failed-connect-at = connect to { $subject } failed
failed-send = send failed
failed-send-at = send to { $subject } failed
failed-recv = recv failed
failed-recv-at = recv from { $subject } failed
failed-shutdown = shutdown of the sending side failed
failed-shutdown-at = shutdown of the sending side to { $subject } failed
failed-read = reading the file to be sent failed
failed-read-at = reading { $subject }, which is to be sent, failed
failed-close = close failed
failed-close-at = close of the connection to { $subject } failed
failed-spool = keeping the bytes in a temporary file failed
failed-spool-at = keeping the bytes in { $subject } failed
failed-save = saving failed
failed-save-at = saving to { $subject } failed
failed-options = setting the options of the socket failed
failed-options-at = setting the options of the socket to { $subject } failed
failed-orders = sending what was asked for failed
failed-orders-at = sending to { $subject } what was asked for failed
failed-folder = opening the folder failed
failed-folder-at = opening the folder { $subject } failed
failed-thread = starting a thread failed
failed-thread-at = starting a thread for { $subject } failed
failed-work = the thread failed
failed-work-at = the thread for { $subject } failed
failed-tls = securing the connection with TLS failed
failed-tls-at = TLS with { $subject } failed

# Failures: why

cause-name-not-found = the name has no address, or the name service did not answer
cause-refused = the connection was refused, nobody listens there
cause-unreachable = there is no route to that host or network
cause-timed-out = the time ran out
cause-timed-out-after = no answer within { $seconds } s
cause-reset = the peer reset the connection
cause-broken-pipe = the peer had closed the connection
cause-address-in-use = another socket holds this address and port
cause-address-not-here = this machine does not have that address
cause-denied = the system does not allow it
cause-too-many-open = too many files and sockets are open
cause-disk-full = the disk is full
cause-disk-limit = the temporary files hold { $limit }, which is their limit
cause-read-only = the file system is read-only
cause-not-found = the folder does not exist
cause-is-folder = there is a folder of that name
cause-not-a-file = it is no file but a device or a pipe
cause-panic = it panicked ({ $text })
cause-other = the system refused
cause-tls-roots = there are no trusted root certificates to check against
cause-tls-name = a certificate can't be for such a host
cause-tls-certificate = the certificate is refused, { $faults }
cause-tls-handshake-signature = the server did not prove that it has the key of its certificate
cause-tls-plain-http = the server answers in plain HTTP, without TLS
cause-tls-not-tls = what the server speaks on this port is not TLS
cause-tls-handshake = the two ends don't agree, or the server broke the rules of the handshake
cause-tls-alert = the server gave up with the alert { $alert }
cause-tls-decrypt = a record can't be decrypted, so it was changed on the way
cause-tls-protocol = the server broke the rules of TLS
cause-tls-closed = the server ended the connection during the handshake, without saying why
cause-tls-sending-ended = the sending side had been shut down
fault-expired = it is no longer valid
fault-expired-since = it was valid until { $date }
fault-not-yet-valid = it is not valid yet
fault-not-yet-valid-until = it is valid only from { $date } on
fault-wrong-name = it is not for { $wanted } but for { $names }
fault-wrong-name-none = it is not for { $wanted }, nor for any other name
fault-unknown-issuer = nobody who is trusted here has vouched for it
fault-missing-intermediate = nobody who is trusted here has vouched for it (the server may have left out a certificate between)
fault-self-signed = it vouches for itself and is not trusted here
fault-bad-signature = the signature under it is wrong
fault-revoked = it was taken back
fault-other = { $text }

# Failures: what to try

try-name-not-found = Check the spelling and the network connection, or type the IP address.
try-refused = Check the port, and that the server is running.
try-unreachable = Check the network connection and the address.
try-timed-out = Check the address; a firewall may drop the packets. A longer time-out can be set.
try-timed-out-recv = The peer sent nothing for so long. Set a longer time-out, or none.
try-reset = What was received until then is kept. Run again, or look at the server's log.
try-broken-pipe = What was received until then is kept. Run again.
try-address-in-use = Choose another port, or 0 for any free one, or end the program that uses it.
try-address-not-here = Choose 127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses.
try-denied = Ask whoever runs this machine for the right to do it.
try-denied-bind = Ports below 1024 need special rights: choose one from 1024 to 65535.
try-denied-connect = A firewall on this machine may forbid it.
try-denied-save = Choose a folder that you may write in. The old file is untouched.
try-too-many-open = Close connections, or raise the limit on open files (ulimit -n).
try-disk-full = Free some space. What was received is kept and can be saved elsewhere.
try-disk-full-save = Free some space or choose another disk. The old file is untouched.
try-disk-limit = Raise the limit: in the window under Recent sessions, else with --disk-limit or SOCKETSCOPE_DISK_LIMIT.
try-read-only = Choose another folder.
try-read-only-save = Choose another folder. The old file is untouched.
try-not-found = Choose a folder that exists.
try-is-folder = Choose another name.
try-not-a-file = Choose another name. socketscope get without --save writes to standard output, which may be a device.
try-panic = This is a fault of the program. The other connections go on; please report it.
try-other = Run again; the system's words in brackets say more.
try-other-save = Choose another name or folder; the system's words in brackets say more. The old file is untouched.
try-tls-roots = Install the package ca-certificates, or name a root with --cacert.
try-tls-name = Use a DNS name or an IP address.
try-tls-certificate = Check the address and this machine's clock. Nothing was sent.
try-tls-handshake-signature = Somebody else may be answering. Nothing was sent.
try-tls-plain-http = Use http:// for this port. Nothing was sent.
try-tls-not-tls = Check the port. Nothing was sent.
try-tls-handshake = The server may be too old. The bytes of the handshake are kept.
try-tls-alert = The server's log says more. The bytes are kept.
try-tls-decrypt = What arrived before is kept.
try-tls-protocol = What arrived before is kept.
try-tls-closed = Check the port; the server may want another version of TLS.
try-tls-sending-ended = Run again to send more.
try-timed-out-tls = Check the port: a server without TLS may wait for a request. A longer time-out can be set.

# Addresses

address-empty = Type an address, for example www.baidu.com or 127.0.0.1:9999.
address-host = This is no address. Type a name, an IPv4 or [IPv6] address, host:port, or an http:// URL.
address-port = The port must be a number from 1 to 65535.
address-scheme = { $scheme }:// is not spoken here. Use an http:// URL or host:port.

# How the end of a body is found

framing-none-head-method = no body: the reply to HEAD has none
framing-none-interim = no body: an interim reply, the final one follows
framing-none-switching-101 = no body: another protocol follows
framing-none-no-content-204 = no body: 204 has none
framing-none-not-modified-304 = no body: 304 has none
framing-none-connect-tunnel = no body: a tunnel follows
framing-none-request-without = no body: the request announces none
framing-chunked = HTTP chunks
framing-content-length = Content-Length { $length }
framing-until-close-response-without = until the peer closes
framing-until-close-response-coding = until the peer closes: a transfer coding without chunked
framing-until-close-request-coding = until the peer closes: a transfer coding without chunked, which is wrong in a request
framing-until-close-bad-length = until the peer closes: the Content-Length is wrong

body-complete = { $here } bytes, complete
body-missing = { $here } bytes, { $missing } missing
body-missing-chunks = { $here } bytes, ended before the last HTTP chunk
body-bad-chunks = { $here } bytes, then a faulty HTTP chunk at byte { $at }: { $why }
body-cut = { $here } bytes, cut off
body-unknown = { $here } bytes, nobody knows whether it is whole
body-arriving-of = { $here } of { $length } bytes
body-arriving = { $here } bytes so far

unreadable-empty = The peer closed without sending a byte: an empty reply.
unreadable-not-http = This is no HTTP reply. All bytes are kept: see Bytes.
unreadable-other-version = This is a version of HTTP that is not read here. All bytes are kept: see Bytes.
unreadable-head-too-long = The head does not end within 256 KiB. All bytes are kept: see Bytes.
unreadable-too-many-fields = The head has more than 1,000 fields. All bytes are kept: see Bytes.
unreadable-too-many-interim = There are more than 64 interim replies and no final one. All bytes are kept: see Bytes.
unreadable-head-unfinished = The connection ended within the head. All bytes are kept: see Bytes.

violation-at = At byte { $at }: { $what } ({ $section })
violation-empty-line-before = empty lines before the start line
violation-lone-lf = a line that ends in LF alone
violation-bare-cr = a CR that is not followed by LF
violation-nul = a NUL byte
violation-odd-request-line = an odd request line
violation-odd-status-line = an odd status line
violation-status-out-of-range = a status outside 100 to 599
violation-space-before-fields = white space before the first field
violation-obs-fold = a field folded over several lines
violation-no-colon = a line without a colon
violation-space-before-colon = a space before the colon
violation-bad-field-name = a character that a field name must not hold
violation-bad-content-length = a Content-Length that is no number
violation-conflicting-content-length = several different Content-Lengths
violation-repeated-content-length = the same Content-Length several times
violation-length-with-coding = Content-Length beside Transfer-Encoding
violation-coding-before-http-11 = Transfer-Encoding in HTTP/1.0
violation-chunked-twice = the transfer coding chunked more than once
violation-chunked-not-last = Transfer-Encoding without chunked as the last
violation-length-without-body = Content-Length in a message that has no body
violation-coding-without-body = Transfer-Encoding in a message that has no body
violation-padded-chunk-size = whitespace after the size of an HTTP chunk
violation-forbidden-trailer = a field after the HTTP chunks that would have to come before them
chunks-bad-size = what should be a size is none
chunks-size-too-large = a size of 2^63 bytes or more
chunks-line-too-long = a size line of more than 16 KiB
chunks-no-line-end = no line end after the data
chunks-too-many-trailers = more than 1000 trailer fields
chunks-trailers-too-long = trailers of more than 256 KiB

redirect-to = This is a redirect to { $url }.
redirect-target = This is a redirect to { $location }, which can't be followed: { $why }
redirects-too-many = More than { $count } redirects in a row: given up.
redirects-circle = The redirects lead in a circle: { $url } was asked before.
redirect-follow = Follow
redirect-save = You are about to save the redirect
codings-unknown = Coding { $coding } is not known here: the body is shown and saved as received.
codings-too-many = { $count } codings over each other are more than the 5 that are undone: the body is shown and saved as received.
coding-corrupt = { $coding }: corrupt at byte { $at } of what it made; what came before is kept.
coding-truncated = { $coding }: cut off at byte { $at }, before its end; what came before is kept.
coding-trailing-garbage = { $coding }: at byte { $at } it is over, and more bytes follow.
coding-too-long = { $coding }: more than { $limit } bytes would come out; stopped at byte { $at }.
coding-checksum = { $coding }: the checksum at byte { $at } does not fit what came out, which is kept.
coding-length = { $coding }: the length at byte { $at } is not that of what came out, which is kept.
coding-too-dense = { $coding }: more than { $limit } bytes come out of each byte; stopped at byte { $at }.
coding-too-many-layers = More codings lie over each other than are undone.
coding-window = { $coding }: asks for a window of { $limit } bytes, more than 8 MiB.

# States

state-preparing = connecting
state-open = open
ended-peer-finished = closed after the peer finished
ended-finished = closed by this side
ended-stopped = stopped
ended-on-purpose = ended by a fault, on purpose
ended-timed-out = closed: read time-out
ended-failed = failed

reply-missing = The reply of { $address } ended early: { $missing } bytes of its Content-Length are missing.
try-reply-missing = Run again; if it happens each time, the Content-Length is wrong or the peer breaks off.
reply-cut = The reply of { $address } was cut before its body could end.
try-reply-cut = Run again; if it happens each time, the peer breaks off.
reply-unknown = The reply of { $address } breaks the protocol: nobody can tell where its body ends.
try-reply-unknown = What arrived is kept; its head says what is wrong.
reply-empty = { $address } closed without sending a byte: an empty reply.
try-reply-empty = Check that the request is what this server expects, and that it is the right port.
reply-not-http = What { $address } sent is no HTTP reply.
try-reply-not-http = The server may speak something else on this port. All bytes are kept.
reply-other-version = { $address } answered in a version of HTTP that is not read here.
try-reply-other-version = Ask with HTTP/1.1. All bytes are kept.
reply-head-too-long = The head of { $address }'s reply does not end within 256 KiB.
try-reply-head-too-long = Stop it if more keeps coming. What has arrived is kept as bytes.
reply-too-many-fields = The head of { $address }'s reply has more than 1,000 fields.
try-reply-too-many-fields = Stop it if more keeps coming. What has arrived is kept as bytes.
reply-too-many-interim = { $address } sent more than 64 interim replies and no final one.
try-reply-too-many-interim = Stop it if more keeps coming. What has arrived is kept as bytes.
reply-head-unfinished = { $address } ended the connection within the head of its reply.
try-reply-head-unfinished = Run again; if it happens each time, the peer breaks off. What arrived is kept as bytes.
verdict-stopped = You stopped it before the reply was whole; what arrived is kept.
verdict-timed-out = The read time-out ended it before the reply was whole; what arrived is kept.
surplus-after = { $count } more bytes follow the end of the reply: its Content-Length is too small, or the peer sent something else. They are in Bytes.
head-violations = The head breaks the protocol: { $first } Head shows all.
stdout-failed = writing to standard output failed: { $system }. What was received is lost from there on; --save FILE keeps it.
bind-wrong = { $address } can't be listened on: type an IP address and a port, such as 127.0.0.1:9999 or [::1]:0.
verdict-pending = No reply yet.
verdict-arriving = The body is arriving.
verdict-complete = The body is complete.
verdict-missing = The connection ended early: { $missing } bytes of the body are missing.
verdict-cut = The connection was cut before the body could end.
verdict-unknown = The connection has ended; whether the body is whole is not known, because its framing is faulty.
verdict-failed = There is no reply.

# Outcomes of calls

outcome-peer-finished = the peer has finished sending
outcome-timed-out = timed out
outcome-stopped = stopped
outcome-failed = failed

# In the terminal

request-file = The request in { $path } can't be read: { $system }
story-head-received = head received: { $line } ({ $bytes } bytes, { $fields } fields; { $framing })
story-head-sent = head sent: { $line } ({ $bytes } bytes, { $fields } fields; { $framing })
story-listening = listening on { $address }; Ctrl-C ends it
story-body = Body: { $state }.
story-discarded = The reply of { $address } breaks the protocol: its Content-Length is wrong, so nobody can tell where its body ends, and it is not handed out.
story-tls = TLS: { $version }, { $suite }, { $subject }, { $trust }; handshake in { $ms } ms.
story-tls-unsaid = The peer ended without the close_notify of TLS: what it sent last may have been cut off.
tls-verified = certificate verified
tls-accepted = CERTIFICATE NOT TRUSTED: { $faults }
story-saved = Saved { $bytes } to { $path }.
story-saved-part = What arrived, { $bytes }, is in { $path }.
demo-intro = A Web server and a client in one process, on 127.0.0.1. Every line is a socket call: when, what was asked, what came back.
demo-done = The client received the whole page: head { $head }, body { $body }, in { $reads } reads.
demo-failed = The client did not receive the whole page.
no-window = no window can be opened here ({ $why }); { $remedy }; without a window there are `socketscope get URL`, `socketscope serve page` and `socketscope demo`, which runs now.
no-window-display = start it in a desktop session, or set DISPLAY or WAYLAND_DISPLAY, and install libgl1, libegl1 and libxkbcommon-x11-0 if they are missing
no-window-other = start it in a desktop session with OpenGL 2.1 or newer

# The window

role-client = Client
role-server = Server
try-here = Try it here
try-here-hint = Starts the page server on a free port of this machine and lets the client fetch its page. No network is needed.
theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
dismiss = Close
cancel = Cancel

sessions = Recent sessions
sessions-hint = The sessions since the program was started. One that is chosen is shown again with everything it holds.
sessions-empty = Each run of the client or the server gets a row here, and can be shown again.
session-forget = Forget { $name }
session-forget-running = It is running. Stop it first.
session-complete = complete
session-incomplete = incomplete
session-unknown = whole or not, nobody knows
session-listening = listening
connections-count = { $number ->
    [one] 1 connection
   *[other] { $count } connections
}
ago-seconds = { $count } s ago
ago-minutes = { $count } min ago
ago-hours = { $count } h ago
pin = Pin
pin-hint = A pinned session is never dropped, and goes on when another is started.
pin-session = Pin { $name }
pause-display = Pause display
pause-display-hint = What is shown stands still; recording goes on (Ctrl+P)
display-paused = The display is paused; recording goes on: { $calls } and { $bytes } waiting.
waiting-calls = { $number ->
    [one] 1 call
   *[other] { $count } calls
}
clear-display = Clear
clear-display-hint = Forgets what is shown so far. A session that is over stays among the recent sessions.
disk-held = On disk: { $held }
disk-limit = of at most
disk-limit-hint = What temporary files may hold together. Receiving waits when that is reached; the oldest sessions go once they hold half of it.
no-room-limit = { $address } waits for room: temporary files hold { $held } of at most { $limit }; { $missing } more are needed.
no-room-full = { $address } waits for room: the disk is nearly full; { $missing } must be freed.
no-room-refused = { $address } waits for room: the system writes no more to the disk [{ $system }]. What came last is in memory.
no-room-kept = Nothing is lost. It goes on by itself when there is room.
no-room-look = Go on
no-room-look-hint = Looks at once whether there is room
no-room-raise = Allow 1 GiB more
no-room-forget = Forget old sessions ({ $count })
no-room-stop = Stop { $address }

address = Address
recent-addresses = Recent addresses
recv-size = Receive size
run = Run
run-again = Run again
run-busy = It is running. Stop it, or pin it so that another can run beside it.
stop = Stop
bind-address = Local address
port = Port
port-hint = 0 lets the system choose a free port
backlog = Backlog
backlog-hint = How many connections may wait to be accepted. It is no limit on clients.
listen = Listen
listen-busy = A server is running. Stop it, or pin it so that another can run beside it.
connections-forgotten = { $count } older connections are not kept any more
listening-on = listening on { $address }
server-open-to-others = Listening on { $address }: other machines in this network can reach it.

saved-title = Saved
saved-add = + Save this form…
saved-name = Name
saved-keep = Save
saved-remove = Remove { $name }
saved-tutorial = The tutorial's page, www.baidu.com
saved-local = The local page, 127.0.0.1:9999
saved-get = HTTP GET example.com
saved-hello = Hello conversation, 127.0.0.1:9999
saved-hello-server = Hello, port 9999
saved-page-server = Web page, port 9999

request = Request
request-hint = Sent exactly as shown, line ends included.
request-form = Form
request-raw = Raw
request-no-form = This text is no request that a form can show. The raw text is sent as it is.
method = Method
path = Path
path-field = File
field-name = Field
field-value = Value of
field-remove = Remove the field { $name }
field-add = + Field
request-body = Body
body-file = File
request-fill = Fill in the request for this address
request-fill-hint = Replaces the text above by a GET for the address
line-end = Line ends
line-end-none = none
connect-timeout = Connect time-out
read-timeout = Read time-out
read-timeout-hint = Without one, the connection stays until the peer or you end it.
until-message-end = Close when the reply is complete
until-hint = Otherwise recv goes on until the peer closes, as in the tutorial's loop.
message = Message
message-hint = Type and send while the connection is open
message-closed = The connection is not open
message-hex = Hex
send = Send
shutdown = End sending
shutdown-hint = shutdown(SHUT_WR): the peer's recv returns 0; it can still send to you.
hex-digit = Character { $at } is no hex digit.
hex-half = A hex digit is missing.
send-busy = Earlier messages are still being sent.
send-not-open = The connection is not open.

responder = Responder
responder-hello = Hello
responder-page = Web page
responder-hello-hint = Sends Welcome!, then Hello, <text>! for each message, until an empty recv or exit.
responder-page-hint = Answers any GET with the built-in page.
responder-files = Files
responder-files-hint = Serves the files of a folder over HTTP/1.1, and nothing outside of it.
responder-echo = Echo
responder-echo-hint = Sends back what it receives.
responder-discard = Discard
responder-discard-hint = Receives and says nothing.
responder-daytime = Daytime
responder-daytime-hint = Greets with the date and the time, and closes.
responder-canned = Canned reply
responder-canned-hint = Sends the same bytes to everyone, head and body as you write them.
responder-rules = Rules
responder-rules-hint = Holds what one recv brought against a list; the first rule that fits answers. TCP has no messages: what is sent at once may arrive in parts.
responder-manual = By hand
responder-manual-hint = Receives, and you type the replies below.
responder-relay = Relay
responder-relay-hint = Connects onward and carries bytes both ways, so that any client can be watched as it talks to the real server.
pause = Pause after each recv

connections = Connections
connections-empty = Press Listen. Each client that connects gets a row here and a thread of its own.
connections-newest-hint = Looks at the newest connection, and at those to come
connections-none-yet = Listening. Nobody has connected yet.

calls = Calls
calls-empty = Every socket call appears here: when, what was asked, what came back.
calls-none-pass = No call passes the filter.
calls-gone = this connection is not kept any more
calls-count = { $number ->
    [one] 1 call
   *[other] { $count } calls
}
calls-shown = Shown { $shown } of { $total }
calls-shown-rows = { $number ->
    [one] Shown { $shown } of { $total }, in 1 row
   *[other] Shown { $shown } of { $total }, in { $rows } rows
}
calls-sieving = Looking through, { $percent } %
calls-cancel-hint = Shows every call of this connection again.
calls-filter = Filter
calls-filter-hint = Shows only some of the calls, those that have been made included.
calls-fold = Fold
calls-fold-hint = Like calls that follow each other become one row. ▶, → or Enter opens it.
calls-this = This connection
calls-all = All
calls-kinds-all = Every call
calls-kinds = { $count ->
    [one] 1 kind of call
   *[other] { $count } kinds of calls
}
calls-kinds-every = All
calls-kinds-none = None
calls-only-sent = Only calls that send
calls-only-received = Only calls that receive
calls-ending = How it came back
calls-ending-any = Any outcome
calls-ending-failures = Failures
calls-ending-done = done
calls-size = Bytes
calls-least = At least so many bytes
calls-most = At most so many bytes
calls-text = Text in the row
calls-text-hint = A call, an argument, an address, part of an error. Small and capital letters are the same.
calls-clear = Clear filter
calls-of-connection = of connection { $number }
calls-of-listener = of the listener
calls-newest = ↓ newest
calls-newest-hint = Goes to the newest row and follows it (End)
calls-bytes = { $got } of { $asked } bytes
calls-folded = { $call } × { $count }
calls-folded-bytes = { $call } × { $count }, { $each } each → { $total }
calls-open = Show the { $count } calls
calls-close = Fold the { $count } calls
times = Times
times-since-start = since start
times-since-previous = since previous
times-wall-clock = wall clock
call-blocked = blocks, { $seconds } s
column-number = No.
column-time = Time, s
column-call = Call
column-asked = Asked
column-got = Got
column-peer = Peer
column-connection = Conn.
column-time-previous = Since previous, s
column-time-wall = Wall clock
column-bar = Share
column-note = Note
column-state = State
column-sent = Sent
column-received = Received
column-reads = Reads
column-age = Age

tab-head = Head
trailers = Trailers
tab-body = Body
tab-bytes = Bytes
tab-tls = TLS
tab-timing = Timing
call-handshake = TLS handshake
bytes-plain = Plain
bytes-encrypted = Encrypted
way-both = Both by time
go-to = Go to
go-to-hint = An offset: 41,377 or 0x1F, +16 and -16 from the selection, 50%, 2M. Ctrl+G
go-to-bad = There is no such byte: the direction has { $total }.
copy = Copy
copy-hex = Hex
copy-text = Text
copy-dump = Hex dump
copy-c = C array
copy-rust = Rust array
copy-python = Python bytes
copy-cut = Only the first 1 MiB was copied.
ruler = Ruler, { $way }: bytes { $start } to { $end } of { $total }
ruler-in = Zoom in
ruler-out = Zoom out
ruler-whole = Whole
ruler-selection = Selection
ruler-zoom = Ruler
ruler-hint = Also the wheel over the ruler, or + and −; drag to move
ruler-head = head
ruler-separator = separator
ruler-body = body
ruler-framing = HTTP chunk framing
ruler-chunk = HTTP chunk data
ruler-range = bytes { $start }–{ $end } ({ $count })
ruler-call = { $call } #{ $number }: bytes { $start }–{ $end } ({ $count })
ruler-many = calls #{ $first } to #{ $last }: zoom in to tell them apart
tls-empty = The handshake is under way. What the two ends agree on, and the server's certificates, will stand here.
tls-agreed = Agreed on
tls-version = Version
tls-suite = Cipher suite
tls-group = Key exchange
tls-alpn = Protocol (ALPN)
tls-alpn-none = the server did not choose one
tls-sni = Server name (SNI)
tls-sni-none = not sent, since the host is an address
tls-handshake = Handshake
tls-handshake-times = began at { $begun } s, took { $took } ms
tls-wire = Encrypted bytes
tls-end = End
tls-end-said = with close_notify
tls-end-unsaid = without close_notify: what the server sent last may have been cut off
tls-end-open = not yet
tls-trust = Trust
certificate-of = Certificate { $number } of { $count }
certificate-own = the server's own
certificate-issuer-of = vouches for the one before
certificate-subject = Subject
certificate-issuer = Issuer
certificate-names = Names
certificate-names-more = and { $count } more
certificate-from = Valid from
certificate-to = Valid to
certificate-key = Key
certificate-signature = Signature
certificate-serial = Serial number
certificate-fingerprint = SHA-256 fingerprint
connect-anyway = Connect anyway, this once
connect-anyway-hint = Goes on with a server that can't be told from an impostor. It holds for this one run only.
connect-anyway-text = The certificate of { $host } is not trusted. Whoever answers may be somebody else.
tls-accepted-strip = ⚠ The certificate of { $host } is NOT trusted: { $faults }. You chose to go on, for this one run.
timing-empty = The phases of a connection appear here, from the name to the last byte, and below them how many bytes went each way, and how large the reads were, over time.
timing-this = Only this connection
timing-all = All connections
timing-began = Times count from the beginning of this connection, at { $at } s of the run.
timing-kept = Phases of the { $count } connections that are kept; the plots are of all that there were.
phases = Phases
phase = Phase
phase-resolve = Resolve
phase-attempts = { $number ->
    [one] 1 address in vain
   *[other] { $count } addresses in vain
}
phase-connect = Connect
phase-tls = TLS
phase-send = Send
phase-wait = Wait
phase-receive = Receive
phase-prepare = Prepare
phase-send-server = Send
phase-wait-server = Wait for the peer
phase-receive-server = Receive
phase-prepare-server = Prepare the reply
phase-going-on = goes on
phase-sum = Sum
column-start = Start
column-took = Took
column-share = Share
column-connections = Connections
column-mean = Mean
column-longest = Longest
plot-throughput = Throughput
plot-throughput-facts = ↑ { $sent }, at most { $sent-top } · ↓ { $received }, at most { $received-top }
plot-throughput-at = { $time }: ↑ { $sent } · ↓ { $received }
plot-reads = Read sizes
plot-reads-none = no read has brought bytes
plot-reads-facts = { $number ->
    [one] 1 read
   *[other] { $count } reads
}, { $smallest } to { $largest }, on average { $mean }
plot-reads-at = { $time }: { $facts }
plot-reads-none-at = { $time }: none
plot-band = smallest to largest
plot-mean = average
plot-hint = Drag moves it, Ctrl and the wheel zoom, a double click shows all of it again.
root-file = Extra root
root-file-hint = A file of certificates (PEM) that are trusted besides the system's
way-received = ↓ Received
way-sent = ↑ Sent
message-of = message { $number } of { $count }
message-previous = The message before
message-next = The next message

head-fields = Fields
head-raw = Raw
head-empty = The head appears here: everything before the first empty line, as fields and as raw text.
head-summary = bytes { $start } to { $end }, { $bytes }, { $fields ->
    [one] 1 field
   *[other] { $fields } fields
}
head-framing = body: { $framing } ({ $section })
body = Body
body-text = Text
body-hex = Hex
body-wrap = Word wrap
line-more = … { $bytes } more in this line
scroll-sideways = Scroll sideways
copied = { $bytes } copied
copied-part = the first { $bytes } of { $of } copied; no more is copied at a time
work-held = the text follows when this flood is over
work-decoding = decoding { $percent } · { $bytes }
work-decoding-stopped = decoding stopped at { $percent } · { $bytes }
work-counting = counting rows { $percent }
work-counting-stopped = counting rows stopped at { $percent }
work-resume = Resume
body-picture = Picture
decode-on = Decode it all
decode-on-hint = Goes on without bounds on the decoded size. A small body can become very large.
picture-pending = The picture is shown here once all of it has arrived.
picture-fit = Fit
picture-actual = 1:1
picture-facts = { $format }, { $width } × { $height } pixels
picture-first-frame = the first frame of an animation
picture-svg = text and references in it are not drawn
picture-scaled = scaled down
picture-too-long = The picture has more than 64 MiB and is not decoded. It can be saved.
picture-too-many-pixels = The picture has more pixels than are decoded here (16,384 a side, 256 MiB). It can be saved.
picture-unknown = This is no PNG, JPEG, GIF, WebP or SVG. Text and Hex show its bytes.
picture-broken = The picture is broken: { $text }. Text and Hex show its bytes.
stage-decoded = Decoded
stage-framed = Coded
stage-wire = As received
size-wire = wire { $bytes }
size-framed = unframed { $bytes }
size-decoded = decoded { $bytes }
charset = Character encoding
charset-automatic = automatic
charset-bom = byte order mark
charset-content-type = Content-Type
charset-meta = <meta>
charset-detected = guessed
charset-chosen = chosen
charset-utf8-default = nothing speaks against it
body-empty = The body appears here: everything after the head's empty line, as text or hex.
body-none = This message has no body.
body-all-bytes = No HTTP: all bytes are shown.
search = Search
search-text = Text
search-hex = Hex
search-regex = Regex
search-hint-text = text
search-hint-hex = 48 65 ?? 6c
search-hint-regex = [0-9]+ bytes
search-case = Match case
search-encoding = Text in { $encoding }
search-encoding-own = as the bytes
search-previous = Previous hit
search-next = Next hit
search-close = Close the search
search-cancel = Stop searching
search-none = no hits
search-none-yet = no hits so far
search-hits = { $number ->
    [one] 1 hit
   *[other] { $count } hits
}
search-hit-of = hit { $at } of { $count }
search-progress = { $percent } % searched
search-cancelled = stopped after { $percent } %
search-full = There are more than { $count } hits: the search ended after { $looked } bytes. Search for something rarer.
pattern-empty = Nothing to search for is there yet.
pattern-too-long = This is more than { $bytes } bytes, too long to be searched for.
pattern-half-byte = At character { $at } half a byte is missing: two digits for each byte, or ??.
pattern-no-hex-digit = At character { $at }, { $character }, stands no hexadecimal digit.
pattern-only-wildcards = This would find any bytes at all: write at least one byte.
pattern-not-in-encoding = { $character } is not in { $encoding }: no text in it has it.
pattern-regex-too-big = This regular expression is too large.
pattern-regex = This is no regular expression: { $text }
bytes-rows = Hex and text
bytes-empty = Every byte of the direction appears here as hex and text; head, separator and body each on its own ground.

status-empty = Nothing has run yet.
status-sends = { $number ->
    [one] 1 send
   *[other] { $count } sends
}
status-reads = { $number ->
    [one] 1 read
   *[other] { $count } reads
}
reset-counts = Reset counts
reset-counts-hint = Sent and received are counted from here
counts-total = Since the beginning: { $totals }
status-sizes = head { $head } · body { $body }
state-complete-but-open = body complete, recv still waits

save-body = Save body as…
save = Save
save-path = Path
save-title = Save body as
save-title-part = Save INCOMPLETE body as
save-part = This body is not complete: what is there now will be saved.
save-dialog-open = The system's file dialog is open.
save-type-path = Type a path instead
save-no-dialog = This machine offers no file dialog (no desktop portal and no zenity), so type the path here.
save-writing = Saving…
save-cancelled = Nothing was saved.
saved = Saved { $bytes } to { $path } · SHA-256 { $sha256 }

settings-broken = The settings could not be read ({ $reason }). The file was set aside as { $aside }; the program starts with its defaults.
settings-unreadable = The settings in { $path } could not be read ({ $reason }); the program starts with its defaults.

draft-recv-size = The receive size must be from 1 to 1,048,576 bytes.
draft-seconds = A time-out must be from 0.001 to 86,400 seconds.
draft-body-hex = The body is no hex: two digits for each byte, spaces between them as you like.
draft-bind-address = This is no address of a machine. Type 127.0.0.1 for this machine only, 0.0.0.0 for all its addresses, or an IPv6 address.
draft-canned-hex = The canned reply is no hex: two digits for each byte, spaces between them as you like.
draft-rule = Rule { $number }: { $why }
typed-no-escape = Character { $at } begins no escape. There are \r, \n, \t, \0, \x and two hex digits, and \\.
