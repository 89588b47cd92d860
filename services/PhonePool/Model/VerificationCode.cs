namespace EmptyNumber.PhonePool.Model;

/// <summary>A verification code (验证码) as a handset uploads it and as an app gets it; empty texts where nothing was given.</summary>
/// <param name="Mobile">The mobile that received it, not blank.</param>
/// <param name="Vcode">The code, not blank.</param>
/// <param name="Appname">The app that it is for.</param>
/// <param name="Chanlid">The channel that it is for.</param>
internal sealed record VerificationCode(string Mobile, string Vcode, string? Appname = "", string? Chanlid = "")
{
    private const int MaxMobileLength = 64;
    private const int MaxFieldLength = 1000;

    /// <summary>Whether it can be taken.</summary>
    public bool IsValid() =>
        !string.IsNullOrWhiteSpace(Mobile) && Text.IsStorable(Mobile, MaxMobileLength)
        && !string.IsNullOrWhiteSpace(Vcode) && Text.IsStorable(Vcode, MaxFieldLength)
        && (string.IsNullOrEmpty(Appname) || AppName.TryRead(Appname, out _))
        && (Chanlid is null || Text.IsStorable(Chanlid, MaxFieldLength));
}
