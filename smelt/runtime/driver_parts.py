"""LLVM IR of what the native driver is made of: waiting, waking, carrying out a part of a step."""

PARTS = r"""
$pause_declaration

define internal i64 @now(ptr %pool) {
  %time = alloca { i64, i64 }
  %at = getelementptr i8, ptr %pool, i64 $CLOCK_GETTIME
  %clock_gettime = load ptr, ptr %at
  call i32 %clock_gettime(i32 $CLOCK, ptr %time)
  %s = load i64, ptr %time
  %ns.at = getelementptr i8, ptr %time, i64 8
  %ns = load i64, ptr %ns.at
  %s.ns = mul i64 %s, 1000000000
  %sum = add i64 %s.ns, %ns
  ret i64 %sum
}

define internal void @yield(ptr %pool) {
  %at = getelementptr i8, ptr %pool, i64 $SCHED_YIELD
  %sched_yield = load ptr, ptr %at
  call i32 %sched_yield()
  ret void
}

define internal void @futex(ptr %pool, ptr %word, i64 %operation, i64 %value) {
  %at = getelementptr i8, ptr %pool, i64 $SYSCALL
  %syscall = load ptr, ptr %at
  %number.at = getelementptr i8, ptr %pool, i64 $FUTEX_NUMBER
  %number = load i64, ptr %number.at
  call i64 (i64, ...) %syscall(i64 %number, ptr %word, i64 %operation, i64 %value,
                                ptr null, ptr null, i64 0)
  ret void
}

; whether the counter at %word has come to %target
define internal i1 @reached(ptr %word, i32 %target) alwaysinline {
  %now = load atomic i32, ptr %word seq_cst, align 4
  %ahead = sub i32 %now, %target
  %yes = icmp sge i32 %ahead, 0
  ret i1 %yes
}

; looks $POLLS times
define internal i1 @poll(ptr %word, i32 %target) {
entry:
  br label %check
check:
  %n = phi i32 [ 0, %entry ], [ %n.next, %again ]
  %yes = call i1 @reached(ptr %word, i32 %target)
  br i1 %yes, label %came, label %count
count:
  %n.next = add i32 %n, 1
  %over = icmp uge i32 %n, $POLLS
  br i1 %over, label %not, label %rest
rest:
  %eager = icmp ult i32 %n, $EAGER_POLLS
  br i1 %eager, label %again, label %pause
pause:
  $pause
  br label %again
again:
  br label %check
came:
  ret i1 true
not:
  ret i1 false
}

; returns when the counter at %word has come to %target
define internal void @wait(ptr %pool, ptr %word, i32 %target) {
entry:
  %soon = call i1 @poll(ptr %word, i32 %target)
  br i1 %soon, label %came, label %patience
patience:
  %start = call i64 @now(ptr %pool)
  %asleep = getelementptr i8, ptr %word, i64 4
  br label %spin
spin:
  %yes = call i1 @poll(ptr %word, i32 %target)
  br i1 %yes, label %came, label %look
look:
  %time = call i64 @now(ptr %pool)
  %waited = sub i64 %time, %start
  %short = icmp slt i64 %waited, $YIELD_AFTER_NS
  br i1 %short, label %spin, label %linger
linger:
  %long = icmp sgt i64 %waited, $SLEEP_AFTER_NS
  br i1 %long, label %sleep, label %give
give:
  call void @yield(ptr %pool)
  br label %spin
sleep:
  store atomic i32 1, ptr %asleep seq_cst, align 4
  %seen = load atomic i32, ptr %word seq_cst, align 4
  %ahead = sub i32 %seen, %target
  %there = icmp sge i32 %ahead, 0
  br i1 %there, label %came, label %down
down:
  %value = zext i32 %seen to i64
  call void @futex(ptr %pool, ptr %word, i64 $FUTEX_WAIT, i64 %value)
  %woken = call i1 @reached(ptr %word, i32 %target)
  br i1 %woken, label %came, label %sleep
came:
  ret void
}

; wakes who sleeps on %word, which the caller has just changed
define internal void @wake(ptr %pool, ptr %word) {
  %asleep = getelementptr i8, ptr %word, i64 4
  %flag = load atomic i32, ptr %asleep seq_cst, align 4
  %any = icmp ne i32 %flag, 0
  br i1 %any, label %call, label %end
call:
  store atomic i32 0, ptr %asleep seq_cst, align 4
  call void @futex(ptr %pool, ptr %word, i64 $FUTEX_WAKE, i64 2147483647)
  br label %end
end:
  ret void
}

; the time; 0 if no times are wanted
define internal i64 @clock(ptr %pool, ptr %call) {
  %times.at = getelementptr i64, ptr %call, i64 $CALL_TIMES
  %times = load ptr, ptr %times.at
  %timed = icmp ne ptr %times, null
  br i1 %timed, label %look, label %end
look:
  %time = call i64 @now(ptr %pool)
  ret i64 %time
end:
  ret i64 0
}

; where among the times that of step %i is
define internal ptr @noted(ptr %call, i64 %i) alwaysinline {
  %times.at = getelementptr i64, ptr %call, i64 $CALL_TIMES
  %times = load ptr, ptr %times.at
  %first.at = getelementptr i64, ptr %call, i64 $CALL_FIRST
  %first = load i64, ptr %first.at
  %before = sub i64 %i, %first
  %position = add i64 %before, 1
  %to = getelementptr i64, ptr %times, i64 %position
  ret ptr %to
}

; notes that step %i ended not before now, if times are wanted
define internal void @stamp(ptr %pool, ptr %call, i64 %i) {
  %time = call i64 @clock(ptr %pool, ptr %call)
  %timed = icmp ne i64 %time, 0
  br i1 %timed, label %note, label %end
note:
  %to = call ptr @noted(ptr %call, i64 %i)
  atomicrmw umax ptr %to, i64 %time seq_cst
  br label %end
end:
  ret void
}

; after a part of step %i: notes it, if it was the first one to mark the status
define internal void @attribute(ptr %call, i64 %i) {
  %status.at = getelementptr i64, ptr %call, i64 $CALL_STATUS
  %status = load ptr, ptr %status.at
  %flag = load i64, ptr %status
  %marked = icmp ne i64 %flag, 0
  br i1 %marked, label %note, label %end
note:
  %step.at = getelementptr i64, ptr %status, i64 3
  %number = add i64 %i, 1
  cmpxchg ptr %step.at, i64 0, i64 %number seq_cst seq_cst
  br label %end
end:
  ret void
}

; adds the time since %start to what step %i has taken, if times are wanted
define internal void @spent(ptr %pool, ptr %call, i64 %i, i64 %start) {
  %time = call i64 @clock(ptr %pool, ptr %call)
  %timed = icmp ne i64 %time, 0
  br i1 %timed, label %note, label %end
note:
  %first.at = getelementptr i64, ptr %call, i64 $CALL_FIRST
  %first = load i64, ptr %first.at
  %last.at = getelementptr i64, ptr %call, i64 $CALL_LAST
  %last = load i64, ptr %last.at
  %stamps = sub i64 %last, %first                    ; these come first
  %behind = add i64 %i, %stamps
  %to = call ptr @noted(ptr %call, i64 %behind)
  %elapsed = sub i64 %time, %start
  atomicrmw add ptr %to, i64 %elapsed seq_cst
  br label %end
end:
  ret void
}

; carries out a piece of step %i; %arguments and %variables are room for its values
define internal void @execute(ptr %pool, ptr %steps, i64 %i, ptr %call, i64 %piece,
                              i64 %pieces, i64 %thread, ptr %arguments, ptr %variables) {
entry:
  %step = getelementptr [$STEP_WORDS x i64], ptr %steps, i64 %i
  %kernel = load ptr, ptr %step
  %argument.table.at = getelementptr i64, ptr %step, i64 1
  %argument.table = load ptr, ptr %argument.table.at
  %argument.count.at = getelementptr i64, ptr %step, i64 2
  %argument.count = load i64, ptr %argument.count.at
  %variable.table.at = getelementptr i64, ptr %step, i64 3
  %variable.table = load ptr, ptr %variable.table.at
  %variable.count.at = getelementptr i64, ptr %step, i64 4
  %variable.count = load i64, ptr %variable.count.at
  br label %argument
argument:
  %a = phi i64 [ 0, %entry ], [ %a.next, %argument.set ]
  %a.more = icmp ult i64 %a, %argument.count
  br i1 %a.more, label %argument.set, label %variable
argument.set:
  %row = getelementptr [$ARGUMENT_WORDS x i64], ptr %argument.table, i64 %a
  %a.word = load i64, ptr %row
  %offset.at = getelementptr i64, ptr %row, i64 1
  %offset = load i64, ptr %offset.at
  %apart.at = getelementptr i64, ptr %row, i64 2
  %apart = load i64, ptr %apart.at
  %share.at = getelementptr i64, ptr %row, i64 3
  %share = load i64, ptr %share.at
  %own = mul i64 %apart, %thread
  %shift = mul i64 %share, %piece
  %offset.own = add i64 %offset, %own
  %offset.piece = sub i64 %offset.own, %shift
  %base.at = getelementptr i64, ptr %call, i64 %a.word
  %base = load ptr, ptr %base.at
  %pointer = getelementptr i8, ptr %base, i64 %offset.piece
  %a.to = getelementptr ptr, ptr %arguments, i64 %a
  store ptr %pointer, ptr %a.to
  %a.next = add i64 %a, 1
  br label %argument
variable:
  %v = phi i64 [ 0, %argument ], [ %v.next, %variable.set ]
  %v.more = icmp ult i64 %v, %variable.count
  br i1 %v.more, label %variable.set, label %go
variable.set:
  %v.word.at = getelementptr i64, ptr %variable.table, i64 %v
  %v.word = load i64, ptr %v.word.at
  %v.at = getelementptr i64, ptr %call, i64 %v.word
  %value = load i64, ptr %v.at
  %v.to = getelementptr i64, ptr %variables, i64 %v
  store i64 %value, ptr %v.to
  %v.next = add i64 %v, 1
  br label %variable
go:
  call void %kernel(ptr %arguments, ptr %variables, i64 %piece, i64 %pieces)
  call void @attribute(ptr %call, i64 %i)
  call void @stamp(ptr %pool, ptr %call, i64 %i)
  ret void
}

; word %which of step %i
define internal i64 @about(ptr %steps, i64 %i, i64 %which) alwaysinline {
  %at = getelementptr [$STEP_WORDS x i64], ptr %steps, i64 %i, i64 %which
  %word = load i64, ptr %at
  ret i64 %word
}

; carries out a piece of step %i and of the members of its chain, one after the other
define internal void @chain(ptr %pool, ptr %steps, i64 %i, ptr %call, i64 %piece, i64 %pieces,
                            i64 %thread, ptr %arguments, ptr %variables) {
entry:
  %members = call i64 @about(ptr %steps, i64 %i, i64 $STEP_MEMBERS)
  %several = icmp ugt i64 %members, 1
  br i1 %several, label %member, label %one
one:
  call void @execute(ptr %pool, ptr %steps, i64 %i, ptr %call, i64 %piece, i64 %pieces,
                     i64 %thread, ptr %arguments, ptr %variables)
  ret void
member:
  %m = phi i64 [ 0, %entry ], [ %m.next, %member ]
  %j = add i64 %i, %m
  %start = call i64 @clock(ptr %pool, ptr %call)
  call void @execute(ptr %pool, ptr %steps, i64 %j, ptr %call, i64 %piece, i64 %pieces,
                     i64 %thread, ptr %arguments, ptr %variables)
  call void @spent(ptr %pool, ptr %call, i64 %j, i64 %start)
  %m.next = add i64 %m, 1
  %more = icmp ult i64 %m.next, %members
  br i1 %more, label %member, label %end
end:
  ret void
}

; counts %parts as finished
define internal void @finish(ptr %pool, i32 %parts, i32 %target) {
  %done = getelementptr i8, ptr %pool, i64 $DONE
  %before = atomicrmw add ptr %done, i32 %parts seq_cst
  %after = add i32 %before, %parts
  %all = icmp eq i32 %after, %target
  br i1 %all, label %last, label %end
last:
  call void @wake(ptr %pool, ptr %done)
  br label %end
end:
  ret void
}

; carries out what nobody has claimed yet of a thread's pieces, and says whether there was any;
; %phase numbers the barriers
define internal i1 @take(ptr %pool, i64 %part, i64 %parts, i64 %phase, i32 %target, ptr %steps,
                         i64 %i, ptr %call, i64 %thread, ptr %arguments, ptr %variables) {
entry:
  %claims = getelementptr i8, ptr %pool, i64 $CLAIMS
  %claim.offset = mul i64 %part, $LINE
  %claim = getelementptr i8, ptr %claims, i64 %claim.offset
  %pieces = call i64 @pieces(ptr %steps, i64 %i, i64 %parts)
  %begin.product = mul i64 %part, %pieces
  %begin = udiv i64 %begin.product, %parts
  %end.product = add i64 %begin.product, %pieces
  %end = udiv i64 %end.product, %parts
  br label %look
look:
  %took = phi i1 [ false, %entry ], [ %took, %try ], [ true, %work ]
  %seen = load atomic i64, ptr %claim monotonic, align 8
  %seen.phase = lshr i64 %seen, $CLAIM_BITS
  %fresh = icmp ult i64 %seen.phase, %phase
  %late = icmp ugt i64 %seen.phase, %phase
  %seen.count = and i64 %seen, $CLAIM_MASK
  %count = select i1 %fresh, i64 0, i64 %seen.count
  %piece = add i64 %begin, %count
  %over = icmp uge i64 %piece, %end
  %nothing = or i1 %over, %late
  br i1 %nothing, label %done, label %try
try:
  %count.next = add i64 %count, 1
  %high = shl i64 %phase, $CLAIM_BITS
  %seen.next = or i64 %high, %count.next
  %swap = cmpxchg ptr %claim, i64 %seen, i64 %seen.next seq_cst seq_cst
  %mine = extractvalue { i64, i1 } %swap, 1
  br i1 %mine, label %work, label %look
work:
  call void @chain(ptr %pool, ptr %steps, i64 %i, ptr %call, i64 %piece, i64 %pieces,
                   i64 %thread, ptr %arguments, ptr %variables)
  call void @finish(ptr %pool, i32 1, i32 %target)
  br label %look
done:
  ret i1 %took
}

; in how many pieces a team does step %i
define internal i64 @pieces(ptr %steps, i64 %i, i64 %threads) alwaysinline {
  %wanted = call i64 @about(ptr %steps, i64 %i, i64 $STEP_PIECES)
  %static = icmp eq i64 %wanted, 0
  %pieces = select i1 %static, i64 %threads, i64 %wanted
  ret i64 %pieces
}
"""
