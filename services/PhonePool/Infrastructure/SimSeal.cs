using System.Text.Json;
using EmptyNumber.PhonePool.Model;
using Microsoft.AspNetCore.DataProtection;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>Encrypts what identifies a SIM and its handset, and decrypts it for the app that is handed the mobile.</summary>
internal sealed class SimSeal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("identity");

    /// <summary>IMSI, IMEI and ICCID, encrypted together.</summary>
    public byte[] Seal(Sim sim) =>
        _protector.Protect(JsonSerializer.SerializeToUtf8Bytes<string[]>([sim.Imsi ?? "", sim.Imei ?? "", sim.Iccid ?? ""]));

    /// <summary>The SIM as it was uploaded.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was encrypted with a key that is not in the ring.</exception>
    public Sim Open(string mobile, string cid, string ip, byte[] identity) =>
        JsonSerializer.Deserialize<string[]>(_protector.Unprotect(identity)) is [var imsi, var imei, var iccid]
            ? new Sim(mobile, cid, imsi, imei, iccid, ip)
            : throw new JsonException("three texts were sealed");
}
