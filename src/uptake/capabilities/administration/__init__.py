"""Administration: members, invitations, keys, privacy policy, audit log, one's own profile."""
