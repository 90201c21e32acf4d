"""What the Linux kernel offers to unprivileged processes, by plain system calls: Landlock, seccomp, namespaces."""
