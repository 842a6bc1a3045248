"""The native driver: runs all steps of a program in one call, alone or with a team of threads.

It reads three tables of 64-bit words, made by `smelt.runtime.cpu`:

    program   steps, most arguments of a step, most variables of a step
    step      kernel, arguments, how many, variables, how many, parallel, pieces, members
    call      first step, last step, threads, times or null, status, then a word for each slot,
              the arena and each variable

An argument of a step is (word of the call, offset added to it, what is added for each thread before
this one, what is subtracted for each piece before this one); a variable is (word of the call).

A parallel step has one part for each thread of the team: a piece of the step, or where it has more
`pieces` several next to each other. A chain is a step and the next ones, `members` in all, of which
a piece depends on the same piece of the others alone. Its members are carried out for one piece
after the other, while what they hand on is in the cache, in memory that the thread has for itself.

Thread 0 is the caller; the others are workers that wait for the pool's `generation` to change and
then walk the same steps. Each thread claims the pieces of its own part. Then, at once where there
are many pieces and else when it has waited for the others in vain for a few microseconds, it takes
over what nobody has claimed. So a worker that sleeps or has lost its core holds nobody up: at worst
thread 0 does everything. `done` counts finished pieces since the pool was made and is the barrier:
a step is over when `done` has grown by their number. A run of serial steps is done by thread 0,
which then adds the number of threads at once. The 32-bit counters may wrap around.

Who waits polls, then polls and yields its core, then sleeps on a futex: `asleep`, the word behind
each word that is waited for, tells the one who changes it that a system call is needed.

`open` and `active` end a call: thread 0 closes the job and waits until no worker is inside, so
nothing reads the tables after `run` has returned. Both sides first write their own word and then
read the other's, in the one total order of sequentially consistent operations.
"""

from __future__ import annotations

import time
from string import Template

from smelt.runtime.driver_parts import PARTS

# Byte offsets in the pool. Words that different threads write have cache lines of their own.
GENERATION, STOP = 0, 8
OPEN, OWNER, JOB_PROGRAM, JOB_CALL, JOB_FIRST, JOB_LAST, JOB_PHASE, JOB_DONE = (
    128, 132, 136, 144, 152, 160, 168, 176,
)  # fmt: skip
ACTIVE = 256
DONE = 384
SYSCALL, SCHED_YIELD, CLOCK_GETTIME, FUTEX_NUMBER = 512, 520, 528, 536
CLAIMS, LINE = 640, 128

STEP_PARALLEL, STEP_PIECES, STEP_MEMBERS = 5, 6, 7
CALL_FIRST, CALL_LAST, CALL_THREADS, CALL_TIMES, CALL_STATUS, CALL_SLOTS = range(6)
STEP_WORDS = 8
ARGUMENT_WORDS = 4
CLAIM_BITS = 20  # of a claim: how many pieces; above them the phase
CLAIM_MASK = (1 << CLAIM_BITS) - 1
STATUS_WORDS = 4  # flag, index, bound as kernels write them; 1 + the step that was first to

EAGER_POLLS = 8  # back to back, the following ones with a pause of 20 to 70 ns in between
POLLS = 100  # then the part of a thread that has not come is taken over
YIELD_AFTER_NS = 20_000  # then a waiting thread offers its core to others
SLEEP_AFTER_NS = 2_000_000  # waking up takes as long, where another machine has the core by then
CLOCK = time.CLOCK_MONOTONIC
FUTEX_WAIT, FUTEX_WAKE = 128, 129  # private to the process

_PAUSE = {
    "x86_64": ("declare void @llvm.x86.sse2.pause()", "call void @llvm.x86.sse2.pause()"),
    "aarch64": ("declare void @llvm.aarch64.hint(i32)", "call void @llvm.aarch64.hint(i32 1)"),
}

_RUN = r"""
; whether step %i of %steps is parallel
define internal i1 @parallel(ptr %steps, i64 %i) alwaysinline {
  %parallel = call i64 @about(ptr %steps, i64 %i, i64 $STEP_PARALLEL)
  %yes = icmp ne i64 %parallel, 0
  ret i1 %yes
}

; carries out steps [%first, %last) as one thread of a team; returns the phase it has come to
define internal i64 @walk(ptr %pool, ptr %program, ptr %call, i64 %first, i64 %last,
                          i64 %thread, i64 %threads, i32 %done.first, i64 %phase.first) noinline {
entry:
  %steps = load ptr, ptr %program
  %arguments.most.at = getelementptr i64, ptr %program, i64 1
  %arguments.most = load i64, ptr %arguments.most.at
  %variables.most.at = getelementptr i64, ptr %program, i64 2
  %variables.most = load i64, ptr %variables.most.at
  %arguments = alloca ptr, i64 %arguments.most
  %variables = alloca i64, i64 %variables.most
  %done = getelementptr i8, ptr %pool, i64 $DONE
  %parts = trunc i64 %threads to i32
  %team = icmp ugt i64 %threads, 1
  %lead = icmp eq i64 %thread, 0
  br label %loop
loop:
  %i = phi i64 [ %first, %entry ], [ %i.next, %stepped ]
  %target = phi i32 [ %done.first, %entry ], [ %target.next, %stepped ]
  %phase = phi i64 [ %phase.first, %entry ], [ %phase.next, %stepped ]
  %absent = phi i1 [ false, %entry ], [ %absent.next, %stepped ]
  %more = icmp ult i64 %i, %last
  br i1 %more, label %body, label %end
body:
  %members = call i64 @about(ptr %steps, i64 %i, i64 $STEP_MEMBERS)
  %i.next = add i64 %i, %members
  %is.parallel = call i1 @parallel(ptr %steps, i64 %i)
  %together = and i1 %is.parallel, %team
  %wanted = call i64 @about(ptr %steps, i64 %i, i64 $STEP_PIECES)
  %static = icmp eq i64 %wanted, 0
  %pieces = trunc i64 %wanted to i32
  %dynamic = select i1 %together, i32 %pieces, i32 0
  %counted = icmp eq i32 %dynamic, 0
  %raise = select i1 %counted, i32 %parts, i32 %dynamic
  %target.raised = add i32 %target, %raise
  %phase.raised = add i64 %phase, 1
  br i1 %together, label %share, label %alone
share:
  call i1 @take(ptr %pool, i64 %thread, i64 %threads, i64 %phase.raised, i32 %target.raised,
                ptr %steps, i64 %i, ptr %call, i64 %thread, ptr %arguments, ptr %variables)
  ; who was absent last time is not waited for, and of many pieces some are taken over at once
  %patient = xor i1 %absent, true
  %polls = and i1 %patient, %static
  br i1 %polls, label %share.poll, label %help
share.poll:
  %soon = call i1 @poll(ptr %done, i32 %target.raised)
  br i1 %soon, label %stepped, label %help
help:
  %part = phi i64 [ 0, %share ], [ 0, %share.poll ], [ %part.next, %helped ]
  %helping = phi i1 [ false, %share ], [ false, %share.poll ], [ %helping.next, %helped ]
  %part.more = icmp ult i64 %part, %threads
  br i1 %part.more, label %helped, label %rest
helped:
  %took = call i1 @take(ptr %pool, i64 %part, i64 %threads, i64 %phase.raised, i32 %target.raised,
                     ptr %steps, i64 %i, ptr %call, i64 %thread, ptr %arguments, ptr %variables)
  %missed = and i1 %took, %static
  %helping.next = or i1 %helping, %missed
  %part.next = add i64 %part, 1
  br label %help
rest:
  call void @wait(ptr %pool, ptr %done, i32 %target.raised)
  br label %stepped
alone:
  br i1 %lead, label %serve, label %after
serve:
  %linked = icmp ugt i64 %members, 1
  %serve.pieces = select i1 %linked, i64 %wanted, i64 1
  br label %serve.piece
serve.piece:
  %p = phi i64 [ 0, %serve ], [ %p.next, %serve.piece ]
  call void @chain(ptr %pool, ptr %steps, i64 %i, ptr %call, i64 %p, i64 %serve.pieces,
                   i64 0, ptr %arguments, ptr %variables)
  %p.next = add i64 %p, 1
  %p.more = icmp ult i64 %p.next, %serve.pieces
  br i1 %p.more, label %serve.piece, label %after
after:
  %following = icmp ult i64 %i.next, %last
  %meets = and i1 %following, %team
  br i1 %meets, label %peek, label %stepped
peek:
  %boundary = call i1 @parallel(ptr %steps, i64 %i.next)
  br i1 %boundary, label %gate, label %stepped
gate:
  br i1 %lead, label %release, label %follow
release:
  call void @finish(ptr %pool, i32 %parts, i32 %target.raised)
  br label %stepped
follow:
  call void @wait(ptr %pool, ptr %done, i32 %target.raised)
  br label %stepped
stepped:
  %absent.next = phi i1 [ false, %share.poll ], [ %helping, %rest ], [ %absent, %after ],
                     [ %absent, %peek ], [ %absent, %release ], [ %absent, %follow ]
  %met = phi i1 [ true, %share.poll ], [ true, %rest ], [ false, %after ],
             [ false, %peek ], [ true, %release ], [ true, %follow ]
  %target.next = select i1 %met, i32 %target.raised, i32 %target
  %phase.next = select i1 %met, i64 %phase.raised, i64 %phase
  br label %loop
end:
  ret i64 %phase
}

; the whole call. Workers take part from the first parallel step to the last one.
define i64 @smelt_run(ptr %pool, ptr %program, ptr %call) {
entry:
  %steps = load ptr, ptr %program
  %first = load i64, ptr %call
  %last.at = getelementptr i64, ptr %call, i64 $CALL_LAST
  %last = load i64, ptr %last.at
  %threads.at = getelementptr i64, ptr %call, i64 $CALL_THREADS
  %threads = load i64, ptr %threads.at
  %status.at = getelementptr i64, ptr %call, i64 $CALL_STATUS
  %status = load ptr, ptr %status.at
  %start = sub i64 %first, 1
  call void @stamp(ptr %pool, ptr %call, i64 %start)
  %several = icmp ugt i64 %threads, 1
  br i1 %several, label %begin, label %single
begin:
  %b = phi i64 [ %first, %entry ], [ %b.next, %begin.next ]
  %b.next = add i64 %b, 1
  %b.in = icmp ult i64 %b, %last
  br i1 %b.in, label %begin.look, label %single
begin.look:
  %b.parallel = call i1 @parallel(ptr %steps, i64 %b)
  br i1 %b.parallel, label %lock, label %begin.next
begin.next:
  br label %begin
lock:                                               ; a second caller runs alone instead of waiting
  %owner = getelementptr i8, ptr %pool, i64 $OWNER
  %swap = cmpxchg ptr %owner, i32 0, i32 1 seq_cst seq_cst
  %ours = extractvalue { i32, i1 } %swap, 1
  br i1 %ours, label %finale, label %single
finale:
  %e = phi i64 [ %last, %lock ], [ %e.next, %finale ]
  %e.next = sub i64 %e, 1
  %e.parallel = call i1 @parallel(ptr %steps, i64 %e.next)
  br i1 %e.parallel, label %publish, label %finale
publish:
  call i64 @walk(ptr %pool, ptr %program, ptr %call, i64 %first, i64 %b,
                 i64 0, i64 1, i32 0, i64 0)
  %done.at = getelementptr i8, ptr %pool, i64 $DONE
  %done = load atomic i32, ptr %done.at seq_cst, align 4
  %phase.at = getelementptr i8, ptr %pool, i64 $JOB_PHASE
  %phase = load i64, ptr %phase.at
  %job.program = getelementptr i8, ptr %pool, i64 $JOB_PROGRAM
  store ptr %program, ptr %job.program
  %job.call = getelementptr i8, ptr %pool, i64 $JOB_CALL
  store ptr %call, ptr %job.call
  %job.first = getelementptr i8, ptr %pool, i64 $JOB_FIRST
  store i64 %b, ptr %job.first
  %job.last = getelementptr i8, ptr %pool, i64 $JOB_LAST
  store i64 %e, ptr %job.last
  %job.done = getelementptr i8, ptr %pool, i64 $JOB_DONE
  store i32 %done, ptr %job.done
  %open = getelementptr i8, ptr %pool, i64 $OPEN
  store atomic i32 1, ptr %open seq_cst, align 4
  %generation = getelementptr i8, ptr %pool, i64 $GENERATION
  atomicrmw add ptr %generation, i32 1 seq_cst
  call void @wake(ptr %pool, ptr %generation)
  %phase.end = call i64 @walk(ptr %pool, ptr %program, ptr %call, i64 %b, i64 %e,
                 i64 0, i64 %threads, i32 %done, i64 %phase)
  store atomic i32 0, ptr %open seq_cst, align 4
  %active = getelementptr i8, ptr %pool, i64 $ACTIVE
  br label %leave
leave:
  %n = phi i64 [ 0, %publish ], [ %n.next, %leave.pause ], [ %n.next, %leave.yield ]
  %n.next = add i64 %n, 1
  %inside = load atomic i32, ptr %active seq_cst, align 4
  %left = icmp eq i32 %inside, 0
  br i1 %left, label %unlock, label %leave.more
leave.more:
  %brief = icmp ult i64 %n, $POLLS
  br i1 %brief, label %leave.pause, label %leave.yield
leave.pause:
  $pause
  br label %leave
leave.yield:
  call void @yield(ptr %pool)
  br label %leave
unlock:
  store i64 %phase.end, ptr %phase.at
  store atomic i32 0, ptr %owner seq_cst, align 4
  br label %single
single:
  %rest = phi i64 [ %first, %entry ], [ %first, %begin ], [ %first, %lock ], [ %e, %unlock ]
  call i64 @walk(ptr %pool, ptr %program, ptr %call, i64 %rest, i64 %last,
                 i64 0, i64 1, i32 0, i64 0)
  %flag = load i64, ptr %status
  ret i64 %flag
}

; the life of a worker; returns when the pool is stopped
define void @smelt_worker(ptr %pool, i64 %thread) {
entry:
  %generation.at = getelementptr i8, ptr %pool, i64 $GENERATION
  %stop.at = getelementptr i8, ptr %pool, i64 $STOP
  %open.at = getelementptr i8, ptr %pool, i64 $OPEN
  %active = getelementptr i8, ptr %pool, i64 $ACTIVE
  br label %idle
idle:
  %seen = phi i32 [ 0, %entry ], [ %generation, %out ]
  %awaited = add i32 %seen, 1
  call void @wait(ptr %pool, ptr %generation.at, i32 %awaited)
  %generation = load atomic i32, ptr %generation.at seq_cst, align 4
  %stop = load atomic i32, ptr %stop.at seq_cst, align 4
  %stopped = icmp ne i32 %stop, 0
  br i1 %stopped, label %end, label %enter
enter:
  atomicrmw add ptr %active, i32 1 seq_cst
  %open = load atomic i32, ptr %open.at seq_cst, align 4
  %is.open = icmp ne i32 %open, 0
  br i1 %is.open, label %join, label %out
join:
  %call.at = getelementptr i8, ptr %pool, i64 $JOB_CALL
  %call = load ptr, ptr %call.at
  %threads.at = getelementptr i64, ptr %call, i64 $CALL_THREADS
  %threads = load i64, ptr %threads.at
  %needed = icmp ult i64 %thread, %threads
  br i1 %needed, label %work, label %out
work:
  %program.at = getelementptr i8, ptr %pool, i64 $JOB_PROGRAM
  %program = load ptr, ptr %program.at
  %first.at = getelementptr i8, ptr %pool, i64 $JOB_FIRST
  %first = load i64, ptr %first.at
  %last.at = getelementptr i8, ptr %pool, i64 $JOB_LAST
  %last = load i64, ptr %last.at
  %done.at = getelementptr i8, ptr %pool, i64 $JOB_DONE
  %done = load i32, ptr %done.at
  %phase.at = getelementptr i8, ptr %pool, i64 $JOB_PHASE
  %phase = load i64, ptr %phase.at
  call i64 @walk(ptr %pool, ptr %program, ptr %call, i64 %first, i64 %last,
                 i64 %thread, i64 %threads, i32 %done, i64 %phase)
  br label %out
out:
  atomicrmw sub ptr %active, i32 1 seq_cst
  br label %idle
end:
  ret void
}

; makes the workers return
define void @smelt_stop(ptr %pool) {
  %stop = getelementptr i8, ptr %pool, i64 $STOP
  store atomic i32 1, ptr %stop seq_cst, align 4
  %generation = getelementptr i8, ptr %pool, i64 $GENERATION
  atomicrmw add ptr %generation, i32 1 seq_cst
  call void @wake(ptr %pool, ptr %generation)
  ret void
}
"""


def driver_text(machine: str) -> str:
    """The driver as LLVM IR; `machine` is the processor family as platform.machine() has it."""
    numbers = {name: value for name, value in globals().items() if isinstance(value, int)}
    declaration, pause = _PAUSE[machine]
    text = Template(PARTS + _RUN)
    return text.substitute(numbers, pause_declaration=declaration, pause=pause)
