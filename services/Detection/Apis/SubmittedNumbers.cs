using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmptyNumber.Detection.Apis;

/// <summary>One element of what was submitted, as it stood there.</summary>
/// <param name="Text">A string's text, or the JSON of anything else, cut at 64 characters.</param>
/// <param name="IsNumber">Whether it is a string or an integer; anything else cannot be a phone number.</param>
internal readonly record struct SubmittedNumber(string Text, bool IsNumber);

/// <summary>The list <c>numbers</c> of a request: JSON strings or integers.</summary>
[JsonConverter(typeof(Converter))]
internal sealed class SubmittedNumbers : List<SubmittedNumber>
{
    private const int MaxTextLength = 64;

    /// <summary>Far more than a request may have; beyond it the rest is not even read.</summary>
    private const int MaxElements = 1_000_000;

    /// <summary>What cannot be a number is shown in the answer only near the beginning; elsewhere it is passed over unread.</summary>
    private const int MaxShown = 1_000;

    private sealed class Converter : JsonConverter<SubmittedNumbers>
    {
        public override SubmittedNumbers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("numbers is not a list");
            var numbers = new SubmittedNumbers();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                numbers.Add(reader.TokenType switch
                {
                    JsonTokenType.String => new SubmittedNumber(Cut(reader.GetString()!), true),
                    JsonTokenType.Number when reader.TryGetInt64(out var number) && number >= 0 => new SubmittedNumber(number.ToString(), true),
                    _ => new SubmittedNumber(numbers.Count < MaxShown ? Cut(JsonElement.ParseValue(ref reader).GetRawText()) : Skip(ref reader), false),
                });
                if (numbers.Count > MaxElements)
                    throw new JsonException($"numbers has more than {MaxElements} elements");
            }

            return numbers;
        }

        public override void Write(Utf8JsonWriter writer, SubmittedNumbers value, JsonSerializerOptions options) => throw new NotSupportedException();

        private static string Skip(ref Utf8JsonReader reader)
        {
            reader.Skip();
            return "";
        }

        private static string Cut(string text) => text.Length <= MaxTextLength ? text : text[..MaxTextLength];
    }
}
