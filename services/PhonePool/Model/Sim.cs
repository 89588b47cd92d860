namespace EmptyNumber.PhonePool.Model;

/// <summary>A test SIM as its handset uploads it and as an app gets it; empty texts where nothing was given.</summary>
/// <param name="Mobile">The mobile number (手机号), not blank.</param>
/// <param name="Cid">The channel (渠道号) that the number is for.</param>
/// <param name="Imsi">The subscriber's identity, kept in the SIM.</param>
/// <param name="Imei">The handset's identity.</param>
/// <param name="Iccid">The SIM card's own number.</param>
/// <param name="Ip">Where the handset is in the network.</param>
internal sealed record Sim(string Mobile, string? Cid = "", string? Imsi = "", string? Imei = "", string? Iccid = "", string? Ip = "")
{
    /// <summary>Whether it can be taken.</summary>
    public bool IsValid() => Fields.IsMobile(Mobile) && Array.TrueForAll([Cid, Imsi, Imei, Iccid, Ip], Fields.IsOther);
}
