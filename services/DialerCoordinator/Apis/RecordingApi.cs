using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>What dialers upload: multipart as in their document, or the raw recording with the fields as query parameters.</summary>
internal static class RecordingApi
{
    /// <summary>A multipart body is the recording and its envelope.</summary>
    private const long MaxBodyBytes = WavHeader.MaxBytes + 64 * 1024;

    public static void MapRecordingApi(this IEndpointRouteBuilder app) =>
        app.MapPost("/dial_wav/{clientId}", UploadAsync).WithName("DialWav").WithSummary("Upload what a call sounded like")
            .WithDescription("RIFF/WAVE: PCM, float, A-law, µ-law or GSM 6.10, 8 to 48 kHz, mono or stereo, up to 10 MB and 120 s. A repeated upload of one call changes nothing.")
            .DocumentsBody(new DocumentedBody
            {
                FileField = "file_name",
                FileType = "audio/wav",
                Fields =
                [
                    new("extensionNum", "The extension that called.", IsRequired: true),
                    new("phone", "The number that was called.", IsRequired: true),
                    new("sip_code", "The last SIP status, 100 to 699."),
                    new("q850_cause", "The release cause (ITU-T Q.850), 0 to 127."),
                    new("answered", "Whether the call was answered: true or false."),
                ],
            })
            .DocumentsErrors(StatusCodes.Status409Conflict)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .DisableAntiforgery();

    private static async Task<Results<Ok<Envelope<Stamp>>, ApiError>> UploadAsync(
        string clientId, HttpContext http, Leases leases, Uploads uploads, UploadMemory memory, IRecordingStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (upload, missing) = await Upload.ReadAsync(http.Request, cancellationToken);
        if (upload is null)
            return ApiError.BadRequest(missing!);
        var result = await uploads.ExpectAsync(clientId, upload.Extension, upload.Number, cancellationToken);
        if (result is UploadResult.Accepted)
        {
            if (upload.Body.Length > WavHeader.MaxBytes)
            {
                await uploads.FailAsync(clientId, upload.Extension, upload.Number, "the recording is too large", cancellationToken);
                return new ApiError(StatusCodes.Status413PayloadTooLarge, $"file_name: at most {WavHeader.MaxBytes} bytes");
            }

            using var room = await memory.TakeAsync(cancellationToken);
            var wav = new byte[upload.Body.Length];
            await upload.Body.ReadExactlyAsync(wav, cancellationToken);
            if (!WavHeader.TryRead(wav, out _, out var problem))
            {
                await uploads.FailAsync(clientId, upload.Extension, upload.Number, $"not a recording: {problem}", cancellationToken);
                return ApiError.BadRequest($"file_name: {problem}");
            }

            // The recording first: a row that names one which is not there would be a lie, one that nobody names is waste.
            var recording = await store.SaveAsync(wav, cancellationToken);
            result = await uploads.RecordAsync(clientId, upload.Extension, upload.Number, recording, upload.Signalling, cancellationToken);
        }

        if (result is not UploadResult.NoSuchCall)
            return TypedResults.Ok(Stamp.Now(time));
        return await leases.CheckAsync(clientId, upload.Extension, cancellationToken) switch
        {
            LeaseCheck.ClientLost => DialerApi.UnknownClient(),
            LeaseCheck.NotLeased => DialerApi.NotLeased(upload.Extension),
            _ => ApiError.Conflict($"extension {upload.Extension} was not given {upload.Number}"),
        };
    }

    /// <summary>The fields of an upload, and its recording: small ones in memory, larger ones in a temporary file, until somebody has room for them.</summary>
    private sealed record Upload(string Extension, string Number, Stream Body, Signalling Signalling)
    {
        private const int InMemoryBytes = 64 * 1024;

        public static async Task<(Upload? Upload, string? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
        {
            Func<string, string?> field;
            Stream body;
            if (request.HasFormContentType)
            {
                var form = await request.ReadWellFormedAsync(cancellationToken);
                field = name => form.TryGetValue(name, out var value) ? value.ToString() : null;
                if (form.Files["file_name"] is not { } file)
                    return (null, "file_name: the WAV is missing");
                body = file.OpenReadStream();
            }
            else
            {
                field = name => request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
                request.EnableBuffering(InMemoryBytes);
                await request.Body.DrainAsync(cancellationToken);
                body = request.Body;
                body.Position = 0;
            }

            if (field("extensionNum") is not { } extension || !Model.Extension.IsNumber(extension))
                return (null, Model.Extension.NumberRule);
            if (!PhoneNumber.TryNormalise(field("phone"), out var number))
                return (null, "phone: the number that was called, 11 digits");
            if (!TryOptional(field("sip_code"), 100, 699, out var sip))
                return (null, "sip_code: a SIP status, 100 to 699");
            if (!TryOptional(field("q850_cause"), 0, 127, out var cause))
                return (null, "q850_cause: a release cause, 0 to 127");
            if (!TryFlag(field("answered"), out var answered))
                return (null, "answered: true or false");
            return (new Upload(extension, number, body, new Signalling(sip, cause, answered)), null);
        }

        private static bool TryOptional(string? text, int least, int most, out int? value)
        {
            value = null;
            if (string.IsNullOrEmpty(text))
                return true;
            if (!int.TryParse(text, out var parsed) || parsed < least || parsed > most)
                return false;
            value = parsed;
            return true;
        }

        private static bool TryFlag(string? text, out bool? value)
        {
            value = text switch
            {
                "1" => true,
                "0" => false,
                _ => bool.TryParse(text, out var flag) ? flag : null,
            };
            return value is not null || string.IsNullOrEmpty(text);
        }
    }
}
