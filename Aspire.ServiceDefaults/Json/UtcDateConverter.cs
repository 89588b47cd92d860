using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmptyNumber.ServiceDefaults.Json;

/// <summary>Dates as <c>2023-06-13T06:47:44.734348Z</c>: UTC, six decimals, as PostgreSQL keeps them.</summary>
public sealed class UtcDateConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
