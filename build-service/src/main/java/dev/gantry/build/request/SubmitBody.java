package dev.gantry.build.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.build.context.ContextStore;
import dev.gantry.build.context.ContextTooLargeException;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.secret.BuildSecrets;
import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.ReasonCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a submission may be made of: an archive, a Dockerfile, a document, a form. */
final class SubmitBody {
  private static final int DOCUMENT_BYTES_MAX = 4 << 20;
  private static final int SECRETS_BYTES_MAX = 48 << 20;
  private static final int SECRET_BYTES_MAX = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ContextStore contexts;

  SubmitBody(ContextStore contexts) {
    this.contexts = contexts;
  }

  /**
   * What was asked for.
   *
   * @param secrets values by id, those of agents behind {@link BuildSecrets#SSH}
   */
  record Asked(BuildSpec spec, Map<String, byte[]> secrets) {}

  /** An archive, and parameters that say the rest. */
  Asked archive(SubmitQuery query, InputStream body) {
    return new Asked(query.spec(receive(body)), Map.of());
  }

  /** A Dockerfile and nothing else, and parameters that say the rest. */
  Asked dockerfile(Map<String, List<String>> query, InputStream body) {
    Map<String, List<String>> all = new HashMap<>(query);
    String text = text(bounded(body, DOCUMENT_BYTES_MAX));
    all.put("dockerfileText", List.of(text));
    return new Asked(new SubmitQuery(all).spec(BuildContext.ofDockerfile(text)), Map.of());
  }

  /**
   * A document: a request as on the bus, and in {@code secretValues} and {@code sshKeys} values in
   * base64 by id.
   */
  Asked document(InputStream body) {
    ObjectNode document = object(bounded(body, SECRETS_BYTES_MAX));
    Map<String, byte[]> secrets = new HashMap<>();
    values(document.remove("secretValues"), "secretValues", "", secrets);
    values(document.remove("sshKeys"), "sshKeys", BuildSecrets.SSH, secrets);
    return new Asked(SubmitQuery.parsed(document), secrets);
  }

  private static void values(
      @Nullable JsonNode node, String field, String prefix, Map<String, byte[]> into) {
    if (node == null || node.isNull()) {
      return;
    }
    node.properties()
        .forEach(
            entry -> {
              try {
                String text = entry.getValue().textValue();
                into.put(
                    prefix + entry.getKey(), Base64.getDecoder().decode(text == null ? "?" : text));
              } catch (IllegalArgumentException e) {
                throw new ProblemException(
                    ReasonCode.INVALID_FIELD,
                    field + "." + entry.getKey() + " must be a string in base64",
                    field);
              }
            });
  }

  /**
   * A form: {@code spec} is a document without values, {@code context} an archive or a Dockerfile,
   * {@code secret.ID} and {@code ssh.ID} values to the byte. Parameters stand in for {@code spec}.
   */
  Asked form(SubmitQuery query, String mediaType, InputStream body) {
    Parts parts = new Parts();
    try {
      MultipartReader reader = new MultipartReader(mediaType, body);
      for (Optional<MultipartReader.Part> next = reader.next();
          next.isPresent();
          next = reader.next()) {
        take(next.get(), parts);
      }
    } catch (MultipartReader.MalformedException | EOFException e) {
      throw new ProblemException(ReasonCode.INVALID_PARAMETER, "the form: " + e.getMessage());
    } catch (IOException e) {
      throw unavailable(e);
    }
    if (parts.spec == null) {
      return new Asked(query.spec(require(parts.context)), parts.secrets);
    }
    if (!query.isEmpty()) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "there is a part spec: parameters would contradict it");
    }
    if (parts.context != null) {
      if (parts.spec.has("context")) {
        throw new ProblemException(
            ReasonCode.INVALID_FIELD, "context: there is a part of this name too", "context");
      }
      parts.spec.set("context", JSON.valueToTree(parts.context));
    }
    return new Asked(SubmitQuery.parsed(parts.spec), parts.secrets);
  }

  private static final class Parts {
    private final Map<String, byte[]> secrets = new HashMap<>();
    private @Nullable ObjectNode spec;
    private @Nullable BuildContext context;
  }

  private void take(MultipartReader.Part part, Parts parts) {
    String name = part.name();
    if (name.equals("context")) {
      parts.context = receive(part.body());
    } else if (name.equals("spec")) {
      parts.spec = object(bounded(part.body(), DOCUMENT_BYTES_MAX));
    } else if (name.startsWith("secret.") && parts.secrets.size() < 1000) {
      parts.secrets.put(name.substring(7), bounded(part.body(), SECRET_BYTES_MAX));
    } else if (name.startsWith("ssh.") && parts.secrets.size() < 1000) {
      parts.secrets.put(
          BuildSecrets.SSH + name.substring(4), bounded(part.body(), SECRET_BYTES_MAX));
    } else {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER,
          "there is no part " + name + "; known are spec, context, secret.ID and ssh.ID");
    }
  }

  private static BuildContext require(@Nullable BuildContext context) {
    if (context == null) {
      throw new ProblemException(
          ReasonCode.MISSING_FIELD, "the form has neither a part spec nor a part context");
    }
    return context;
  }

  private static ObjectNode object(byte[] bytes) {
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new ProblemException(ReasonCode.INVALID_JSON, "the request is no JSON object");
    } catch (JsonProcessingException e) {
      // The parser quotes what it read, and that may be a secret.
      throw new ProblemException(
          ReasonCode.INVALID_JSON, "the request is no JSON: line " + e.getLocation().getLineNr());
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  static byte[] bounded(InputStream body, int bytesMax) {
    try {
      byte[] bytes = body.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new ProblemException(
            ReasonCode.PAYLOAD_TOO_LARGE, "at most " + bytesMax + " bytes are taken here");
      }
      return bytes;
    } catch (IOException e) {
      throw new ProblemException(ReasonCode.INVALID_PARAMETER, "the body cannot be read: " + e);
    }
  }

  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ProblemException(ReasonCode.DOCKERFILE_INVALID, "the file is not UTF-8 text");
    }
  }

  private BuildContext receive(InputStream body) {
    try {
      return contexts.receive(body);
    } catch (ContextTooLargeException e) {
      throw new ProblemException(ReasonCode.PAYLOAD_TOO_LARGE, String.valueOf(e.getMessage()));
    } catch (InvalidContextException e) {
      throw new ProblemException(ReasonCode.CONTEXT_INVALID, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static ProblemException unavailable(IOException e) {
    return new ProblemException(
        ReasonCode.UNAVAILABLE, "the context cannot be stored now, try again: " + e);
  }
}
