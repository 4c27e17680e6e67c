package io.forebay.it;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives tests the node that they share, as a parameter of type [NodeProcess]. It starts with the
/// first of them and is stopped after the last, by SIGTERM and with an exit code of 0.
final class SharedNode implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedNode.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == NodeProcess.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(NodeProcess.class, _ -> start(), NodeProcess.class);
  }

  private static NodeProcess start() {
    try {
      return NodeProcess.start(
          "node.sys-interval=250ms",
          "limits.connect-timeout=1s",
          "limits.topic-levels=65535",
          "limits.filter-wildcards=65535",
          "limits.topic-length=65535");
    } catch (Exception e) {
      throw new IllegalStateException("the shared node does not start", e);
    }
  }
}
