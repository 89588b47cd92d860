namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>Power levels on a digital line, in dBm0 (ITU-T G.711: a sine at full scale of the A-law is +3.14 dBm0).</summary>
internal static class Level
{
    private const double FullScaleSineDbm0 = 3.14;

    /// <summary>The amplitude of a sine of that level; 1 is full scale.</summary>
    public static float Amplitude(double dbm0) => (float)Math.Pow(10, (dbm0 - FullScaleSineDbm0) / 20);

    /// <summary>The root mean square of a sound of that level; full scale is 1.</summary>
    public static float Rms(double dbm0) => Amplitude(dbm0) / MathF.Sqrt(2);

    /// <summary>The factor of a gain.</summary>
    public static float Gain(double decibels) => (float)Math.Pow(10, decibels / 20);
}
