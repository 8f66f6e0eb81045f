//! The system calls that an answer is refused: those that no exercise needs, and that take
//! memory which belongs to no process, or lead out of the room.
//!
//! It is a list of what is forbidden, and such lists have gaps. It stands behind the other walls.

use std::collections::BTreeMap;
use std::io;

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, apply_filter,
};

/// They are refused whatever is asked of them.
const REFUSED: [i64; 38] = [
    // Memory that no process has, and that stays: see memfd_create(2), sysvipc(7), mq_overview(7).
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_semget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // Another room, in which it would be root: see namespaces(7), mount(2).
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    // The memory and the open files of another process: a child could change what its parent does, and
    // with it the verdict. See ptrace(2), process_vm_readv(2), pidfd_getfd(2).
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    // Calls that no such list sees, or that programs have no use for.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_perf_event_open,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_personality,
    libc::SYS_kexec_load,
    libc::SYS_acct,
];

/// From now on, this process and all that it starts are refused these calls, and can't become
/// another user by running a program.
///
/// # Errors
///
/// When the system has no such filters, or knows none for this processor.
pub(super) fn refuse() -> io::Result<()> {
    // glibc then starts threads and processes by `clone`, whose flags a filter can see.
    let clone3 = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    for (rules, error) in [(clone3, libc::ENOSYS), (rules()?, libc::EPERM)] {
        apply_filter(&program(rules, error)?).map_err(io::Error::other)?;
    }
    Ok(())
}

fn rules() -> io::Result<BTreeMap<i64, Vec<SeccompRule>>> {
    let has = |argument, bits: i32| {
        let bits = u64::from(bits.cast_unsigned());
        let same = SeccompCmpOp::MaskedEq(bits);
        let condition =
            SeccompCondition::new(argument, SeccompCmpArgLen::Dword, same, bits);
        condition
            .and_then(|condition| SeccompRule::new(vec![condition]))
            .map_err(io::Error::other)
    };
    let namespaces = [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWCGROUP,
    ];
    let mut rules: BTreeMap<_, _> =
        REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let clone = namespaces.iter().map(|namespace| has(0, *namespace));
    rules.insert(libc::SYS_clone, clone.collect::<io::Result<_>>()?);
    // Shared memory without a file: of what nobody has mapped at the moment, nobody knows.
    let nameless = has(3, libc::MAP_SHARED | libc::MAP_ANONYMOUS)?;
    rules.insert(libc::SYS_mmap, vec![nameless]);
    Ok(rules)
}

fn program(rules: BTreeMap<i64, Vec<SeccompRule>>, error: i32) -> io::Result<BpfProgram> {
    let processor = std::env::consts::ARCH.try_into().map_err(io::Error::other)?;
    let refused = SeccompAction::Errno(error.cast_unsigned());
    SeccompFilter::new(rules, SeccompAction::Allow, refused, processor)
        .and_then(BpfProgram::try_from)
        .map_err(io::Error::other)
}
