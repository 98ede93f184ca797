package dev.gantry.build.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and decrypts with the key of a file: AES-256 in GCM (NIST SP 800-38D), a new nonce each
 * time, bound to the build and the id of the secret, so that a value is of no use in another place.
 * Hosts that build for each other have the same key. Thread-safe.
 */
public final class SecretSeal {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final SecretKeySpec sealing;
  private final SecretKeySpec marking;
  private final SecureRandom random = new SecureRandom();

  private SecretSeal(byte[] key) {
    this.sealing = new SecretKeySpec(derived(key, "seal"), "AES");
    this.marking = new SecretKeySpec(derived(key, "mark"), "HmacSHA256");
  }

  /**
   * Reads the key, or makes one where there is no file: 32 random bytes, readable by its owner.
   *
   * @throws IOException when the file is not 32 bytes long, or others may read it
   */
  public static SecretSeal open(Path file) throws IOException {
    if (!Files.exists(file)) {
      make(file);
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new IOException(
          file + " is readable by others: chmod 600 it, and make a new key if others had it");
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new IOException(file + " has " + key.length + " bytes, a key has " + KEY_BYTES);
    }
    return new SecretSeal(key);
  }

  private static void make(Path file) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(whole);
    Files.createFile(whole, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.write(whole, key, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    try {
      Files.createLink(file, whole); // unlike a rename, it replaces nothing
    } catch (FileAlreadyExistsException e) {
      // Somebody else's key is as good.
    } finally {
      Files.delete(whole);
    }
  }

  /** The value as it may be kept. */
  public byte[] seal(String build, String id, byte[] value) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, build, id).doFinal(value);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has AES/GCM
    }
  }

  /**
   * The value again.
   *
   * @throws IOException when it was sealed with another key, for another place, or was changed
   */
  public byte[] unseal(String build, String id, byte[] sealed) throws IOException {
    if (sealed.length < NONCE_BYTES) {
      throw new IOException("secret " + id + " is damaged");
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, build, id)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "secret "
              + id
              + " was sealed with another key: hosts that build for each other need the"
              + " same gantry.build.secret-key-file",
          e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String build, String id)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((build + "\n" + id).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  /** Tells equal contents from others, and to those without the key nothing of the content. */
  public String mark(Iterable<byte[]> parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(marking);
      for (byte[] part : parts) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        mac.update(part);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has HmacSHA256
    }
  }

  private static byte[] derived(byte[] key, String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has HmacSHA256
    }
  }
}
