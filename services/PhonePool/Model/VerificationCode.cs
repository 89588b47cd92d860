namespace EmptyNumber.PhonePool.Model;

/// <summary>A verification code (验证码) as a handset uploads it and as an app gets it; empty texts where nothing was given.</summary>
/// <param name="Mobile">The mobile that received it, not blank.</param>
/// <param name="Vcode">The code, not blank.</param>
/// <param name="Appname">The app that it is for.</param>
/// <param name="Chanlid">The channel that it is for.</param>
internal sealed record VerificationCode(string Mobile, string Vcode, string? Appname = "", string? Chanlid = "")
{
    /// <summary>Whether it can be taken.</summary>
    public bool IsValid() =>
        Fields.IsMobile(Mobile) && !string.IsNullOrWhiteSpace(Vcode) && Fields.IsOther(Vcode)
        && (string.IsNullOrEmpty(Appname) || AppName.TryRead(Appname, out _)) && Fields.IsOther(Chanlid);
}
