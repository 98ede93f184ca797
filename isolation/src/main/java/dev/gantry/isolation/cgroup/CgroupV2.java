package dev.gantry.isolation.cgroup;

import java.util.List;
import java.util.Optional;

/** Version 2. */
final class CgroupV2 implements CgroupHierarchy {
  @Override
  public CgroupVersion version() {
    return CgroupVersion.V2;
  }

  @Override
  public Cgroup create(String name, CgroupLimits limits) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Cgroup> find(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> names() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void removeParent() {
    throw new UnsupportedOperationException();
  }
}
