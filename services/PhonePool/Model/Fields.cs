using EmptyNumber.ServiceDefaults.Data;

namespace EmptyNumber.PhonePool.Model;

/// <summary>What fields of uploads may hold.</summary>
internal static class Fields
{
    private const int MaxMobileLength = 64;
    private const int MaxLength = 1000;

    /// <summary>True for a mobile number: anything that is not blank, up to 64 characters.</summary>
    public static bool IsMobile(string? text) => !string.IsNullOrWhiteSpace(text) && Text.IsStorable(text, MaxMobileLength);

    /// <summary>True for what any other field may hold: nothing, or up to 1,000 characters.</summary>
    public static bool IsOther(string? text) => text is null || Text.IsStorable(text, MaxLength);
}
